import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";

import { encodeNpy } from "../../src/model/tensor-file/npy.js";
import { tensorOfBytes } from "../../src/run/engine.js";
import { hasAnvil } from "../support/anvil.js";
import { runInProcess, startCliScene } from "../support/cli-scene.js";
import type { CliScene, Json } from "../support/cli-scene.js";
import { claimLie, publishLineage } from "../support/lineage-files.js";
import type { PublishedLineage } from "../support/lineage-files.js";

const PUBLISHER = 1;
const LIAR = 2;
const MAKER = 3;

const page = readFileSync("docs/flows/lineage.md", "utf8");
const commands = [...page.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) => block!.trim().split("\n"));

/** Each step uses what the last one left. */
describe("e2e: docs/flows/lineage.md", function () {
  this.timeout(120_000);
  let scene: CliScene;
  let models: PublishedLineage;

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_385);
    models = await publishLineage(scene, PUBLISHER);
    for (const account of [LIAR, MAKER])
      await scene.json(account, "operator", "register", "--stake", "1 ether", "--wrap", "--approve");
    await claimLie(scene, { mixer: models.mixer, operator: LIAR, name: "parent" });
    const data = tensorOfBytes(readFileSync(scene.file("parent", "output.bin")), { count: 64, dtype: "f32" });
    const embedding = { name: "embedding", shape: [64], dtype: "f32", data } as const;
    writeFileSync(scene.file("parent-output.npy"), encodeNpy(embedding));
  });
  after(() => scene?.stop());

  /** A command of the page against the test's chain, with the test's files. */
  const run = async (index: number): Promise<Json> => {
    const own: Record<string, string> = {
      ...{
        "0xMODEL": models.mixer.modelId,
        "0xOPERATOR": scene.accounts[MAKER]!,
        child: scene.file("child"),
      },
      ...{ "model.onus": models.mixer.file, "parent-output.npy": scene.file("parent-output.npy") },
      "parent/claim.json": scene.file("parent", "claim.json"),
      "child/claim.json": scene.file("child", "claim.json"),
    };
    const words = [...commands[index]!.matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain!,
    );
    const where = ["--rpc", scene.url, "--deployment", scene.file("addresses.json")];
    words.splice(words.indexOf("--network"), 2, ...where);
    const acts = words[2] !== "show";
    const account = acts ? ["--account", scene.accounts[MAKER]!] : [];
    const given = words.slice(1).map((word) => own[word] ?? word);
    const { status, out } = await runInProcess([...given, ...account, "--json"]);
    expect(status, out).to.equal(0);
    return JSON.parse(out) as Json;
  };
  const callsOf = ({ transactions }: Json) => transactions.map(({ call }: Json) => call);

  it("has the commands that this test runs, in this order", () => {
    expect(commands.map((command) => command.split(" ").slice(1, 3).join(" "))).to.deep.equal([
      ...["claim submit", "lineage bind", "lineage state", "lineage show", "lineage push"],
      ...["standing note", "standing show"],
    ]);
  });

  it("a result names what it was made from, and one command binds it", async () => {
    expect((await run(0)).claimId).to.match(/^0x/);
    expect(callsOf(await run(1))).to.deep.equal(["Lineage.stateEdge", "Lineage.bindEdge"]);
    expect(callsOf(await run(2)), "it is stated already").to.deep.equal([]);
    const { records, edges } = await run(3);
    expect(edges.map(({ kind }: Json) => kind)).to.deep.equal(["bound"]);
    expect(records.map(({ phase }: Json) => phase)).to.deep.equal(["open", "open"]);
  });

  it("the parent falls, its taint reaches the child that is final, and both count as they ended", async () => {
    await scene.passTime(48 * 3_600);
    await scene.json(MAKER, "claim", "finalize", scene.file("child", "claim.json"));
    await scene.json(
      MAKER,
      ...["dispute", "open", scene.file("parent", "claim.json"), "--artifact", models.mixer.file],
      ...["--input", scene.file("parent", "input-0.bin"), "--trace", scene.file("parent", "trace.bin")],
    );
    expect(callsOf(await run(4))).to.deep.equal(["Lineage.pushTaint"]);
    const { records } = await run(3);
    expect(records.map(({ phase, taint }: Json) => [phase, taint.bound.depth])).to.deep.equal([
      ["final", 1],
      ["faulted", 0],
    ]);
    expect(callsOf(await run(5))).to.deep.equal(["Standing.note", "Standing.note"]);
    const standing = await run(6);
    expect(BigInt(standing.finalized as string) > 0n).to.equal(true);
    expect(standing.faulted).to.equal("0");
  });

  it("every error that the page explains is one of the catalogue's", async () => {
    const { catalogue } = await import("../../src/errors/catalogue.js");
    const told = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code!);
    expect(told).to.have.length(5);
    for (const code of told) expect(Object.keys(catalogue)).to.include(code);
  });
});
