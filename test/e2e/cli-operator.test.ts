import { expect } from "chai";
import { Wallet } from "ethers";

import { hasAnvil } from "../support/anvil.js";
import { startCliScene } from "../support/cli-scene.js";
import type { CliScene, Json } from "../support/cli-scene.js";

const ETHER = 10n ** 18n;
const PUBLISHER = 1;
const OPERATOR = 2;
const SIGNER = 3;

/** Each step uses what the last one left. */
describe("e2e: onus operator and onus model on a node process", function () {
  this.timeout(120_000);
  let scene: CliScene;

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_351);
  });
  after(() => scene?.stop());

  const heightOf = () => scene.chain.provider.getBlockNumber();

  it("a dry run says every call, its gas and what it puts at risk, and sends nothing", async () => {
    const before = await heightOf();
    const args = ["operator", "register", "--stake", "0.5 ether", "--wrap", "--approve"];
    const plan = await scene.json(OPERATOR, ...args, "--endpoint", "http://127.0.0.1:9", "--dry-run");
    const calls = plan["calls"];
    expect(calls.map((planned: Json) => planned.call)).to.deep.equal([
      "OperatorRegistry.register",
      "token.deposit",
      "token.approve",
      "OperatorRegistry.deposit",
    ]);
    expect(calls[0]).to.deep.include({
      from: scene.accounts[OPERATOR],
      to: scene.deployment.operatorRegistry,
      arguments: { endpoint: "http://127.0.0.1:9" },
      atRisk: { of: "nothing" },
    });
    expect(Number(calls[0]!["gas"])).to.be.within(40_000, 80_000);
    expect(calls[1]).to.deep.include({ value: String(ETHER / 2n) });
    const { operatorRegistry: spender } = scene.deployment;
    expect(calls[2]).to.deep.include({ arguments: { spender, amount: String(ETHER / 2n) } });
    expect(calls[3]).to.deep.include({ atRisk: { of: "stake", amount: String(ETHER / 2n) } });
    expect(calls[3], "refused until it is allowed").to.not.have.property("gas");
    expect(await heightOf()).to.equal(before);

    const { out } = await scene.onus(OPERATOR, ...args, "--dry-run");
    expect(out).to.contain("  at risk: 0.5 ether of stake token becomes stake");
    expect(out).to.match(/gas: about \d+, at most [\d.]+ ether/);
    expect(out).to.match(/nothing was sent\n$/);
  });

  it("register deposits the first stake; a second registration is refused by the contract's name for it", async () => {
    const args = ["operator", "register", "--stake", "0.5 ether", "--wrap", "--approve"];
    const registered = await scene.json(OPERATOR, ...args, "--endpoint", "http://127.0.0.1:9");
    expect(registered).to.deep.include({ stake: String(ETHER / 2n), free: String(ETHER / 2n) });
    expect(registered["transactions"]).to.have.length(4);
    const { status, err } = await scene.onus(OPERATOR, "operator", "register");
    expect(status).to.equal(5);
    expect(err).to.contain("OperatorAlreadyRegistered");
    const planned = await scene.onus(OPERATOR, "operator", "register", "--dry-run");
    expect(planned.err, "a dry run is refused as the call would be").to.contain("OperatorAlreadyRegistered");
  });

  it("set-endpoint says where the node is now, and refuses what is no address and who is no operator", async () => {
    const moved = await scene.json(OPERATOR, "operator", "set-endpoint", "https://moved.example");
    expect(moved).to.deep.include({ endpoint: "https://moved.example" });
    expect(await scene.json(OPERATOR, "operator", "show")).to.include({ endpoint: "https://moved.example" });
    const wrong = await scene.onus(OPERATOR, "operator", "set-endpoint", "moved.example");
    expect(wrong.status).to.equal(2);
    expect(wrong.err).to.contain("MALFORMED_VALUE").and.to.contain("https://…");
    const stranger = await scene.onus(9, "operator", "set-endpoint", "https://moved.example");
    expect(stranger.err).to.contain("OPERATOR_UNKNOWN");
    await scene.json(OPERATOR, "operator", "set-endpoint", "http://127.0.0.1:9");
  });

  it("deposit names the token that is missing, then the allowance, then adds to the stake", async () => {
    const tokenless = await scene.onus(OPERATOR, "operator", "deposit", "0.25 ether");
    expect(tokenless).to.deep.include({ status: 5, out: "" });
    expect(tokenless.err).to.contain("TOKEN_MISSING").and.to.contain("--wrap");
    const unallowed = await scene.onus(OPERATOR, "operator", "deposit", "0.25 ether", "--wrap");
    expect(unallowed).to.deep.include({ status: 5, out: "" });
    expect(unallowed.err).to.contain("ALLOWANCE_MISSING").and.to.contain("--approve");
    const args = ["operator", "deposit", "0.25 ether", "--wrap", "--approve"];
    expect(await scene.json(OPERATOR, ...args)).to.deep.include({ stake: String((ETHER * 3n) / 4n) });
    const nobody = await scene.onus(OPERATOR, ...args, "--operator", scene.accounts[9] as string);
    expect(nobody.err).to.contain("OPERATOR_UNKNOWN");
  });

  it("exit puts stake on its way out, --cancel takes it back, withdraw pays after the delay and not before", async () => {
    const exiting = await scene.json(OPERATOR, "operator", "exit", "0.25 ether");
    expect(exiting).to.deep.include({ free: String(ETHER / 2n), exiting: String(ETHER / 4n) });
    const cancelled = await scene.json(OPERATOR, "operator", "exit", "--cancel");
    expect(cancelled).to.deep.include({ free: String((ETHER * 3n) / 4n), exiting: "0" });
    expect((await scene.onus(OPERATOR, "operator", "exit")).status).to.equal(2);
    await scene.json(OPERATOR, "operator", "exit", "0.25 ether");
    expect((await scene.onus(OPERATOR, "operator", "withdraw")).err).to.contain("ExitNotReady");
    await scene.passTime(3_000);
    const withdrawn = await scene.json(OPERATOR, "operator", "withdraw");
    expect(withdrawn).to.deep.include({ stake: String(ETHER / 2n), exiting: "0" });
  });

  it("a signer consents, is added, is shown, and is revoked", async () => {
    const [operator, signer] = [scene.accounts[OPERATOR] as string, scene.accounts[SIGNER] as string];
    const { consent } = await scene.json(SIGNER, "operator", "consent", operator);
    await scene.json(OPERATOR, "operator", "add-signer", signer, "--consent", consent as string);
    const shown = await scene.json(OPERATOR, "operator", "show");
    expect(shown).to.deep.include({ operator, status: "active", endpoint: "http://127.0.0.1:9" });
    expect(shown["signers"]).to.have.length(1);
    expect(shown["signers"][0]).to.deep.include({ signer, revokedAt: "0" });
    await scene.json(OPERATOR, "operator", "revoke-signer", signer);
    const { out } = await scene.onus(OPERATOR, "operator", "show", operator);
    expect(out).to.match(new RegExp(`signer +${signer}, revoked 20`));
  });

  it("a consent to another operator is refused", async () => {
    const [operator, signer] = [scene.accounts[9] as string, scene.accounts[4] as string];
    const { consent } = await scene.json(4, "operator", "consent", operator);
    const { err } = await scene.onus(
      OPERATOR,
      "operator",
      "add-signer",
      signer,
      "--consent",
      consent as string,
    );
    expect(err).to.contain("SignerConsentMissing");
    const malformed = await scene.onus(OPERATOR, "operator", "add-signer", signer, "--consent", "yes");
    expect(malformed).to.deep.include({ status: 2 });
  });

  it("publish, supersede, verify and retire a model", async () => {
    const artifact = scene.file("model.onus");
    const planned = await scene.json(PUBLISHER, "model", "publish", artifact, "--dry-run");
    expect(planned["calls"][0]).to.have.nested.property("arguments.artifact.kernelCount", "2");
    const first = await scene.json(PUBLISHER, "model", "publish", artifact, "--uri", "ipfs://somewhere");
    const id = first["modelId"] as string;
    const second = await scene.json(PUBLISHER, "model", "supersede", id, artifact);
    const verified = await scene.json(PUBLISHER, "model", "verify", id, artifact);
    expect(verified).to.deep.include({ isArtifact: true, successor: second["modelId"], retiredAt: "0" });
    const retired = await scene.json(PUBLISHER, "model", "retire", id);
    expect(BigInt(retired["refusedFrom"]) - BigInt(retired["retiredAt"])).to.equal(3_000n);
    expect((await scene.onus(PUBLISHER, "model", "retire", id)).err).to.contain("ModelAlreadyRetired");
    const unknown = await scene.onus(PUBLISHER, "model", "retire", `0x${"7".repeat(64)}`);
    expect(unknown).to.deep.include({ status: 3 });
    expect(unknown.err).to.contain("MODEL_UNKNOWN");
  });

  it("a key acts as its account, and its text appears in nothing that is said, also when it is wrong", async () => {
    const { privateKey } = Wallet.createRandom();
    const wrong = [
      privateKey.slice(2),
      `${privateKey}0`,
      privateKey.slice(0, -1),
      `${privateKey.slice(0, -1)}g`,
    ];
    const where = ["--rpc", scene.url, "--deployment", scene.file("addresses.json")];
    const said: string[] = [];
    for (const key of [privateKey, ...wrong]) {
      process.env["ONUS_KEY"] = key;
      try {
        for (const args of [
          ["operator", "register"],
          ["operator", "register", "--dry-run"],
          ["operator", "show"],
          ["doctor"],
          ["operator", "show", "--account", key],
        ]) {
          for (const json of [[], ["--json"]]) {
            const { out, err, status } = await scene.plain(...args, ...where, ...json);
            expect(status, args.join(" ")).to.not.equal(0);
            said.push(out, err);
          }
        }
      } finally {
        delete process.env["ONUS_KEY"];
      }
    }
    const all = said.join("\n").toLowerCase();
    expect(all).to.contain("key_malformed").and.to.contain("funds_missing").and.to.contain("unhealthy");
    expect(all).to.not.contain(privateKey.slice(2, -1));
  });
});
