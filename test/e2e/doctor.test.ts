import { writeFileSync } from "node:fs";

import { expect } from "chai";

import { hasAnvil } from "../support/anvil.js";
import { readJson, startCliScene } from "../support/cli-scene.js";
import type { CliScene, Json } from "../support/cli-scene.js";

const OPERATOR = 2;

describe("e2e: onus doctor on a node process", function () {
  this.timeout(120_000);
  let scene: CliScene;

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_355);
  });
  after(() => scene?.stop());

  /** Findings of a run by their check, with the status it ended with. */
  const examine = async (...args: string[]) => {
    const { status, out } = await scene.plain("doctor", "--rpc", scene.url, ...args, "--json");
    const { healthy, findings } = JSON.parse(out) as Json;
    const levels = Object.fromEntries(findings.map(({ check, level }: Json) => [check, level]));
    const next = (check: string): string => findings.find((finding: Json) => finding.check === check)?.next;
    return { status, healthy, levels, next };
  };
  const deployment = (changed: object = {}) => {
    const path = scene.file("changed.json");
    writeFileSync(
      path,
      JSON.stringify({ ...(readJson(scene.file("addresses.json")) as object), ...changed }),
    );
    return ["--deployment", path];
  };
  const account = () => ["--account", scene.accounts[OPERATOR] as string];

  it("an operator that can work: every check is ok, and the command ends with 0", async () => {
    await scene.json(OPERATOR, "operator", "register", "--stake", "1 ether", "--wrap", "--approve");
    const { status, healthy, levels } = await examine(...deployment(), ...account());
    expect(levels).to.deep.equal({
      ...{ Node: "ok", packages: "ok", network: "ok", clock: "ok", blocks: "ok", deployment: "ok" },
      ...{ parts: "ok", account: "ok", balance: "ok", "stake token": "ok", operator: "ok" },
    });
    expect({ status, healthy }).to.deep.equal({ status: 0, healthy: true });
  });

  it("warnings alone end with 0: a stranger is told what to type to become an operator", async () => {
    const stranger = ["--account", scene.accounts[8] as string];
    const { status, levels, next } = await examine(...deployment(), ...stranger);
    expect(levels).to.include({ "stake token": "warn", operator: "warn" });
    expect(next("operator")).to.contain("onus operator register");
    expect(status).to.equal(0);
  });

  it("a balance that does not suffice for the claims asked about is a warning", async () => {
    const { levels } = await examine(...deployment(), ...account(), "--submits", "999999999");
    expect(levels.balance).to.equal("warn");
  });

  it("an address file that is missing, of another chain, of other parts, or of nothing at all fails by name", async () => {
    const missing = await examine("--deployment", scene.file("none.json"), ...account());
    expect(missing.levels).to.include({ deployment: "fail", balance: "ok" });
    expect(missing.status).to.equal(4);
    writeFileSync(scene.file("changed.json"), "no JSON");
    const garbled = await examine("--deployment", scene.file("changed.json"), ...account());
    expect(garbled.levels).to.include({ deployment: "fail" });
    expect(garbled.next("deployment")).to.contain("--deployment FILE");
    const foreign = await examine(...deployment({ chainId: 1 }), ...account());
    expect(foreign.levels).to.include({ deployment: "fail" });
    const nowhere = `0x${"11".repeat(20)}`;
    const moved = await examine(...deployment({ claimBook: nowhere }), ...account());
    expect(moved.levels).to.include({ "part claimBook": "fail" });
    expect(moved.next("part claimBook")).to.contain("--deployment FILE");
    const empty = await examine(...deployment({ onus: nowhere }), ...account());
    expect(empty.levels).to.include({ "part onus": "fail", "part referee": "fail" });
    const tokenless = await examine(...deployment({ token: nowhere }), ...account());
    expect(tokenless.levels).to.include({ "part token": "fail" });
  });

  it("a part that was created from other code is a warning", async () => {
    const { onus } = scene.deployment;
    const code = await scene.chain.provider.getCode(onus);
    const { initcodeHash } = await scene.contractsOf(0).onus.partAt(2);
    const slot = await slotOf(scene, initcodeHash);
    await scene.chain.provider.send("anvil_setStorageAt", [onus, slot, `0x${"22".repeat(32)}`]);
    try {
      const { levels, status } = await examine(...deployment(), ...account());
      expect(levels).to.include({ "part referee": "warn" }).and.to.not.have.property("parts");
      expect(status).to.equal(0);
    } finally {
      await scene.chain.provider.send("anvil_setStorageAt", [onus, slot, initcodeHash]);
    }
    expect(await scene.chain.provider.getCode(onus)).to.equal(code);
  });

  it("a node whose blocks are ahead of this machine fails, for people with what to do next", async () => {
    await scene.passTime(3_600);
    const { status, out, err } = await scene.plain(
      "doctor",
      "--rpc",
      scene.url,
      ...deployment(),
      ...account(),
    );
    expect(out).to.match(
      /^fail {2}clock: the newest block is 3\d{3} s ahead of this machine's clock\n {6}next: set/m,
    );
    expect(err).to.match(/^error UNHEALTHY: 1 of \d+ checks failed\n {2}hint: /);
    expect(status).to.equal(4);
  });

  it("a node that is down ends the examination there", async () => {
    const { status, out } = await scene.plain("doctor", "--rpc", "http://127.0.0.1:1", "--json");
    const { findings } = JSON.parse(out) as Json;
    expect(findings.at(-1)).to.deep.include({ check: "network", level: "fail" });
    expect(status).to.equal(4);
  });
});

/** Where Onus keeps a word. */
async function slotOf({ chain, deployment }: CliScene, word: string): Promise<string> {
  const { keccak256, toBeHex, zeroPadValue } = await import("ethers");
  const candidates = Array.from({ length: 64 }, (_, slot) => BigInt(slot));
  const lists = candidates.map((slot) => BigInt(keccak256(zeroPadValue(toBeHex(slot), 32))));
  for (const first of [0n, ...lists]) {
    for (const offset of candidates) {
      const slot = toBeHex(first + offset, 32);
      if ((await chain.provider.getStorage(deployment.onus, slot)) === word) return slot;
    }
  }
  throw new RangeError(`no slot holds ${word}`);
}
