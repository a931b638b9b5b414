import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect } from "chai";

const run = promisify(execFile);

type Result = {
  honest: { text: string; verdict: string; freeStake: string };
  lie: {
    kind: string;
    claimedText: string;
    trueText: string;
    verdict: string;
    kernel: number;
    element: number;
    proof: { transactions: number; gas: number; calldataBytes: number };
    penalty: { liability: string; burned: string; challenger: string; requester: string };
  };
  gas: { publish: number; register: number; submit: number; finalize: number; convict: number };
  seconds: { install: number; run: number };
};

/** What `npm run --silent demo -- --json …` prints on stdout. */
async function demo(...args: string[]): Promise<Result> {
  const options = ["--import", "tsx", "scripts/demo.ts", "--json", ...args];
  const { stdout } = await run(process.execPath, options, { maxBuffer: 1 << 20 });
  expect(stdout.trim().split("\n"), "one line and nothing else").to.have.length(1);
  return JSON.parse(stdout) as Result;
}

describe("e2e: the demo", () => {
  for (const kind of ["output", "hidden"]) {
    it(`--lie ${kind} ends with the lie FAULTED by one transaction and the honest reading FINAL`, async () => {
      const { honest, lie, gas, seconds } = await demo("--lie", kind);
      expect(honest).to.deep.equal({
        text: "TOTAL DUE 1,840.00",
        verdict: "FINAL",
        freeStake: String(10n ** 17n),
      });
      expect(lie).to.include({
        kind,
        claimedText: "TOTAL DUE 9,840.00",
        trueText: "TOTAL DUE 1,840.00",
        verdict: "FAULTED",
      });
      expect(lie.proof.transactions).to.equal(1);
      expect(lie.proof.gas).to.equal(gas.convict).and.to.be.at.most(3_000_000);

      const { liability, burned, challenger, requester } = lie.penalty;
      expect(BigInt(burned) + BigInt(challenger) + BigInt(requester)).to.equal(BigInt(liability));
      expect(BigInt(challenger)).to.equal((BigInt(liability) * 30n) / 100n);
      expect(BigInt(requester)).to.equal((BigInt(liability) * 20n) / 100n);
      expect(gas.submit).to.be.at.most(75_000);
      expect(Object.keys(gas)).to.have.members(["publish", "register", "submit", "finalize", "convict"]);
      expect(Object.keys(seconds)).to.have.members(["install", "run"]);
    }).timeout(240_000);
  }
});
