import { expect } from "chai";

import { judgeBalance, judgeClock, judgeNode, judgeRole, judgeToken } from "../../../src/cli/doctor/judge.js";
import { isOlder, requireNode } from "../../../src/cli/require-node.js";

const levels = (times: Parameters<typeof judgeClock>[0]): string[] =>
  judgeClock(times).map(({ level }) => level);

describe("what doctor says of", () => {
  it("a Node version: the least one is enough, the one before it is not", () => {
    expect(judgeNode("22.12.0").level).to.equal("ok");
    expect(judgeNode("22.11.9")).to.deep.include({ level: "fail" });
    expect(judgeNode("100.0.0").level).to.equal("ok");
    expect(() => requireNode("22.12.0")).to.not.throw();
    expect(() => requireNode("20.20.2"))
      .to.throw()
      .with.property("code", "NODE_TOO_OLD");
    expect([isOlder("22.12.0", "22.12.1"), isOlder("23.0.0", "22.12.1")]).to.deep.equal([true, false]);
  });

  it("a clock: five seconds apart are fine, six are not, in either direction", () => {
    const machine = 1_000_000;
    const calm = { machine, isSyncing: false };
    expect(levels({ ...calm, block: machine + 5 })).to.deep.equal(["ok", "ok"]);
    expect(levels({ ...calm, block: machine + 6 })).to.deep.equal(["fail", "ok"]);
    expect(levels({ ...calm, block: machine, node: machine - 5 })).to.deep.equal(["ok", "ok"]);
    expect(levels({ ...calm, block: machine, node: machine - 6 })).to.deep.equal(["fail", "ok"]);
  });

  it("blocks: two minutes without one are a warning, a node that is catching up a failure", () => {
    const machine = 1_000_000;
    expect(levels({ machine, block: machine - 120, isSyncing: false })).to.deep.equal(["ok", "ok"]);
    expect(levels({ machine, block: machine - 121, isSyncing: false })).to.deep.equal(["ok", "warn"]);
    expect(levels({ machine, block: machine - 1, isSyncing: true })).to.deep.equal(["ok", "fail"]);
  });

  it("a balance: nothing fails, less than the claims take warns, to the wei", () => {
    const money = { address: "0x1", gasPrice: 2n, submits: 3 };
    const level = (balance: bigint) => judgeBalance({ ...money, balance }).level;
    expect([level(0n), level(449_999n), level(450_000n)]).to.deep.equal(["fail", "warn", "ok"]);
  });

  it("stake token: stake is enough, and so is token that the registry may take", () => {
    const level = (balance: bigint, allowance: bigint, stake: bigint) =>
      judgeToken({ symbol: "WETH", balance, allowance, stake }).level;
    expect([level(0n, 0n, 1n), level(1n, 1n, 0n), level(1n, 0n, 0n), level(0n, 1n, 0n)]).to.deep.equal([
      ...["ok", "ok", "warn", "warn"],
    ]);
  });

  it("a role: jailed and revoked fail, a stranger is warned", () => {
    const role = { address: "0x1" };
    expect(judgeRole({ ...role, status: "active" }).level).to.equal("ok");
    expect(judgeRole({ ...role, status: "jailed" }).level).to.equal("fail");
    expect(judgeRole({ ...role, status: "none" }).level).to.equal("warn");
    expect(judgeRole({ ...role, status: "none", signsFor: "0x2", isSignerActive: true }).level).to.equal(
      "ok",
    );
    expect(judgeRole({ ...role, status: "none", signsFor: "0x2", isSignerActive: false }).level).to.equal(
      "fail",
    );
  });
});
