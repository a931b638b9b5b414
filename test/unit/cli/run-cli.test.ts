import { expect } from "chai";
import type { Command } from "commander";

import type { RegisterCommands } from "../../../src/cli/commands.js";
import { makeReporter } from "../../../src/cli/reporter.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { table } from "../../../src/cli/table.js";
import type { Streams } from "../../../src/cli/streams.js";
import { OnusError } from "../../../src/errors/onus-error.js";
import { parseWei } from "../../../src/types/wei.js";

/** Streams that remember what was written. */
function memory(): Streams & { out: string; err: string } {
  const written = {
    out: "",
    err: "",
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
  };
  return written;
}

/** Clears the screen, in two ways, and turns what follows around. */
const EVIL = "a\u001b[2J\u009b2J\u202e\nb";

/** A noun with one verb, which reads an amount, works in three steps and returns a bigint. */
const registerStake: RegisterCommands = (program, streams) => {
  const stake = program.command("stake").description("the operator's stake");
  stake
    .command("deposit")
    .argument("<amount>", "e.g. 1.5 ether")
    .action((amount: string, _options: unknown, command: Command) => {
      const reporter = makeReporter(streams, command.optsWithGlobals());
      const wei = parseWei(amount, "the stake");
      const progress = reporter.progress("depositing", 3);
      progress.update(3);
      progress.stop();
      reporter.result({ wei }, (result) => `deposited ${result.wei} wei`);
    });
  stake.command("show").action((_options: unknown, command: Command) => {
    const reporter = makeReporter(streams, command.optsWithGlobals());
    reporter.say(EVIL);
    reporter.result({ text: EVIL }, ({ text }) => table([["endpoint", text]]));
  });
  stake.command("withdraw").action(() => {
    throw new TypeError("never foreseen");
  });
};

async function onus(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const streams = memory();
  const status = await runCli(args, { streams, nouns: [registerStake] });
  return { status, out: streams.out, err: streams.err };
}

describe("the command line", () => {
  it("writes the result to stdout and talk to stderr", async () => {
    expect(await onus("stake", "deposit", "2 gwei")).to.deep.equal({
      status: 0,
      out: "deposited 2000000000 wei\n",
      err: "depositing: 3/3\n",
    });
  });

  it("prints one JSON object and nothing else under --json, wherever it stands", async () => {
    const expected = { status: 0, out: '{"wei":"5"}\n', err: "" };
    expect(await onus("--json", "stake", "deposit", "5")).to.deep.equal(expected);
    expect(await onus("stake", "deposit", "5", "--json")).to.deep.equal(expected);
  });

  it("ends with the catalogue's exit status and tells the hint on stderr", async () => {
    const { status, out, err } = await onus("stake", "deposit", "much");
    expect(status).to.equal(new OnusError("MALFORMED_VALUE", { name: "", expected: "", found: "" }).exit);
    expect(out).to.equal("");
    expect(err).to.match(/^error MALFORMED_VALUE: the stake: expected .*, found "much"\n {2}hint: /);
  });

  it("prints an error as JSON on stdout under --json", async () => {
    const { status, out, err } = await onus("stake", "deposit", "much", "--json");
    expect(status).to.equal(2);
    expect(JSON.parse(out)).to.have.nested.property("error.code", "MALFORMED_VALUE");
    expect(err).to.equal("");
  });

  it("shows what a terminal would obey: what strangers chose is text", async () => {
    const { out, err } = await onus("stake", "show");
    expect(out).to.equal("endpoint  a\\u001b[2J\\u009b2J\\u202e\\u000ab\n");
    expect(err).to.equal("a\\u001b[2J\\u009b2J\\u202e\nb\n");
    const json = await onus("stake", "show", "--json");
    expect(json.out).to.not.match(/[\u009b\u202e]/);
    expect(JSON.parse(json.out)).to.deep.equal({ text: EVIL });
  });

  it("ends with 1 on an error nobody foresaw", async () => {
    const { status, err } = await onus("stake", "withdraw");
    expect(status).to.equal(1);
    expect(err).to.contain("unexpected error: TypeError: never foreseen");
  });

  it("ends with 2 on an unknown noun or verb and names the nearest one", async () => {
    const noun = await onus("steak", "deposit");
    expect(noun.status).to.equal(2);
    expect(noun.err).to.contain("unknown command 'steak'").and.contain("Did you mean stake?");
    const verb = await onus("stake", "depositt", "5");
    expect(verb.status).to.equal(2);
    expect(verb.err).to.contain("Did you mean deposit?");
  });

  it("ends with 2 on a missing argument, an unknown option and a missing verb", async () => {
    for (const args of [["stake", "deposit"], ["stake", "deposit", "5", "--fast"], ["stake"], []]) {
      const { status, out, err } = await onus(...args);
      expect(status, args.join(" ")).to.equal(2);
      expect(out).to.equal("");
      expect(err).to.contain("error USAGE: ");
    }
  });

  it("prints help on stdout and ends with 0 when asked for it", async () => {
    const { status, out, err } = await onus("--help");
    expect({ status, err }).to.deep.equal({ status: 0, err: "" });
    expect(out).to.contain("Usage: onus").and.contain("stake");
  });
});
