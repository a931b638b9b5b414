import { expect } from "chai";

import { saysAlreadyDone } from "../../../src/chain/already-done.js";
import type { ChainMove } from "../../../src/chain/move-call.js";
import { PHASES, STAGES } from "../../../src/dispute/dispute-view.js";
import type { JobContext } from "../../../src/dispute/move.js";
import { questionKey } from "../../../src/dispute/question.js";
import type { Question } from "../../../src/dispute/question.js";
import { asBytes32 } from "../../../src/types/bytes32.js";
import { asWei } from "../../../src/types/wei.js";

const word = (digit: string) => asBytes32(`0x${digit.repeat(64)}`);
const session = word("5");
const bytes = new Uint8Array(1);
const question: Question = {
  ...questionKey("nodes", 6, word("1")),
  place: { list: "trace", record: 0, level: 6, index: 0 },
  stream: bytes,
};
const context: JobContext = {
  ...{ descriptorHash: word("2"), element: 0, committed: 0, reduction: 8, bodyIsFloat: true },
  operands: [],
};
const value = asWei(1n);
const moves: { readonly [kind in ChainMove["kind"]]: Extract<ChainMove, { kind: kind }> } = {
  convict: { kind: "convict", evidence: bytes },
  open: { kind: "open", nonce: 0n, question, value },
  ask: { kind: "ask", session, question, value },
  answer: { kind: "answer", session, to: question, data: bytes },
  "state-traces": { kind: "state-traces", statements: [{ recordIndex: 3, traceRoot: word("7") }] },
  "time-out": { kind: "time-out", session },
  close: { kind: "close", session },
  settle: { kind: "settle", session },
  "open-job": { kind: "open-job", evidence: bytes },
  "advance-job": { kind: "advance-job", context, evidence: bytes },
  "finish-job": { kind: "finish-job", context, evidence: bytes },
  finalize: { kind: "finalize" },
};
const kinds = Object.keys(moves) as ChainMove["kind"][];
const phase = (name: (typeof PHASES)[number]) => ({ actual: BigInt(PHASES.indexOf(name)), expected: 1n });
const stage = (name: (typeof STAGES)[number]) => ({
  session,
  actual: BigInt(STAGES.indexOf(name)),
  expected: 1n,
});

type Case = [refusal: string, values: Record<string, unknown>, doneFor: readonly ChainMove["kind"][]];

/** Each refusal, and the only moves for which it is success. */
const cases: readonly Case[] = [
  ["AlreadyAnswered", { key: question.key, answeredAt: 9n }, ["answer", "time-out"]],
  ["SessionExists", { session }, ["open"]],
  ["NotAnswered", { session, key: question.key }, ["ask"]],
  ["NotAnswered", { session, key: word("9") }, []],
  ["TraceAlreadyStated", { recordIndex: 3n, traceRoot: word("7") }, ["state-traces"]],
  ["TraceAlreadyStated", { recordIndex: 3n, traceRoot: word("8") }, []],
  ["TraceAlreadyStated", { recordIndex: 4n, traceRoot: word("7") }, []],
  ["WrongPhase", phase("faulted"), kinds.filter((kind) => kind !== "finalize")],
  ["WrongPhase", phase("final"), ["finalize"]],
  ["WrongPhase", phase("contested"), []],
  ["WrongPhase", phase("none"), []],
  ["WrongStage", stage("settled"), kinds],
  ["WrongStage", stage("closed"), kinds.filter((kind) => kind !== "settle")],
  ["WrongStage", stage("open"), []],
  ["WrongStage", stage("none"), []],
  ["JobAlreadyOpen", { job: word("3") }, ["open-job"]],
  ["StageDone", { actual: 8n, next: 8n }, ["advance-job"]],
  ["WrongStart", { actual: 9n, most: 8n }, []],
  ["DepositTooSmall", { actual: 1n, expected: 2n }, []],
  ["WindowOver", { actual: 1n, windowEnd: 1n }, []],
  ["WindowStillOpen", { actual: 1n, finalizableAt: 2n }, []],
];

describe("chain: a refusal", () => {
  for (const [name, values, doneFor] of cases) {
    const told = Object.values(values).map((value) => String(value).slice(0, 6));
    it(`${name}(${told.join(", ")}) is success for ${doneFor.join(", ") || "no move"} alone`, () => {
      const refusal = { name, values, text: name };
      expect(kinds.filter((kind) => saysAlreadyDone(moves[kind], refusal))).to.have.members(doneFor);
    });
  }
});
