import { openRecord } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { aboutRecord, aboutTrace } from "../../src/dispute/ask-about.js";
import { windowEnd } from "../../src/dispute/clocks.js";
import { asAddress, parseAddress } from "../../src/types/address.js";
import { Crowd__factory } from "../../typechain-types/index.js";
import type { Actor } from "./actor.js";
import { firstDeposit } from "./questions.js";
import { PARTY } from "./scene.js";
import type { Scene } from "./scene.js";

/** Sessions that one transaction opens, under its cap of gas. */
const TOGETHER = 45;

/** Asks about every record of a claim at once, from a contract that opens many sessions in a transaction. */
export async function floodsters(scene: Scene): Promise<Actor> {
  const { ground, claim, claimId, claimed } = scene;
  const { chain } = ground;
  const { account, contracts } = ground.as(PARTY.attacker);
  chain.label = "fund";
  const { created } = await chain.send({ from: PARTY.attacker, data: Crowd__factory.bytecode });
  const crowd = parseAddress(created ?? "");
  const calls = Crowd__factory.createInterface();
  const { inquiry } = contracts;
  let next = 0;
  return {
    role: "attacker",
    isHonest: false,
    account,
    next(view) {
      if (next >= claim.n || chain.second >= Number(windowEnd(view))) return { kind: "rest" };
      const last = Math.min(claim.n, next + TOGETHER);
      const values: bigint[] = [];
      const opens: string[] = [];
      for (let index = next; index < last; index++) {
        const record = claimed.records.records[index] as InferenceRecord;
        const path = openRecord(claimed.records, index);
        const question =
          BigInt(record.traceRoot) === 0n
            ? aboutTrace(claimId, { index, record, path })
            : aboutRecord(claim, index);
        values.push(firstDeposit(view, question, index - next));
        opens.push(inquiry.interface.encodeFunctionData("open", [claim, index, question.stream]));
      }
      next = last;
      const value = values.reduce((sum, one) => sum + one, 0n);
      const to = asAddress(contracts.deployment.inquiry);
      const data = calls.encodeFunctionData("callEach", [to, values, opens]);
      return { kind: "calls", label: "open-many", calls: [{ to: crowd, data, value }] };
    },
  };
}
