import { burnCall, pullBeneficiaryShareCall, pullShareCall } from "../../src/chain/claim-calls.js";
import { callOfMove } from "../../src/chain/move-call.js";
import { runAll } from "../../src/chain/play-challenger.js";
import { readDispute } from "../../src/chain/read-dispute.js";
import { assembleExhibit } from "../../src/dispute/assemble-exhibit.js";
import { nextChallengerMove } from "../../src/dispute/challenge.js";
import { nextOperatorMove } from "../../src/dispute/defend.js";
import type { DisputeView } from "../../src/dispute/dispute-view.js";
import { evidenceOfFinding } from "../../src/dispute/evidence-of-finding.js";
import { holdingsFromAnswers } from "../../src/dispute/holdings-from-answers.js";
import type { ChallengerHoldings } from "../../src/dispute/holdings.js";
import { locateFault } from "../../src/dispute/locate-fault.js";
import type { Move } from "../../src/dispute/move.js";
import type { TensorData } from "../../src/program/dtype.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { tensorOfBytes } from "../../src/run/engine.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import type { Tree } from "../../src/trace/tree.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { Seconds } from "../../src/types/seconds.js";
import { ASKER, WATCHTOWER } from "./cast.js";
import type { Claimed } from "./shelf.js";
import { CONTESTED, HOUR, OPEN } from "./stage.js";
import type { Stage } from "./stage.js";

type Decide = (view: DisputeView, now: Seconds) => Move;

/** The watchtower runs a record again, finds what is wrong with it, and lands the proof in one transaction. */
export async function convict(stage: Stage, claimed: Claimed, index = 0): Promise<void> {
  const { ground, run, addressOf } = stage;
  const { claim, model, records, traces } = claimed;
  const trace = traces[index] as CommittedTrace;
  const finding = locateFault(model.committed.artifact, run(model, inputsOf(claimed, index)), trace);
  const contracts = ground.as(WATCHTOWER);
  const handed = {
    ...{ claim, records: records.records, trace },
    ...{ model: model.identity, committed: model.committed },
  };
  const evidence = evidenceOfFinding(assembleExhibit(handed, contracts.registryPlace, index), finding);
  if (evidence === undefined) throw new Error(`nothing to convict: ${finding.kind}`);
  const move = { kind: "convict" as const, evidence };
  const beneficiary = addressOf(WATCHTOWER);
  await ground.act(WATCHTOWER, callOfMove({ contracts, claim, move: move as never, beneficiary }));
  await stage.note(claimed);
  await ground.act(WATCHTOWER, pullBeneficiaryShareCall(contracts, claim));
  await ground.act(WATCHTOWER, pullShareCall(contracts, claim, { records, index }));
  if (stage.random.chance(60)) await ground.act(WATCHTOWER, burnCall(contracts, claim));
}

/** One move of one side, as it decides now; false when it rests or waits. What was asked before is read, not asked again. */
export async function makeMove(
  { ground, addressOf }: Stage,
  who: { readonly account: number; readonly keys: Set<Bytes32> },
  claimed: Claimed,
  decide: Decide,
): Promise<boolean> {
  const { account, keys } = who;
  const contracts = ground.as(account);
  const { claim, model } = claimed;
  const published = { identity: model.identity, commitment: model.committed.commitment };
  const known = { keys, model: published, fromBlock: ground.deployment.fromBlock };
  for (;;) {
    const view = await readDispute(contracts, claim, known);
    const move = decide(view, asSeconds(BigInt((await ground.now()) + 1)));
    if (move.kind === "rest" || move.kind === "wait") return false;
    const key = move.kind === "open" || move.kind === "ask" ? move.question.key : undefined;
    if (key !== undefined && !keys.has(key) && (await contracts.inquiry.answeredAt(key)) !== 0n) {
      keys.add(key);
      continue;
    }
    await ground.act(account, callOfMove({ contracts, claim, move, beneficiary: addressOf(account) }));
    return true;
  }
}

/**
 * Both sides in turn; minutes pass between two moves. The operator `answers` or is silent; the challenger `knows` the record
 * and its input, or has to ask for them.
 */
export async function playDispute(
  stage: Stage,
  claimed: Claimed,
  how: { readonly answers: boolean; readonly knows: boolean },
): Promise<void> {
  const { ground, random, addressOf } = stage;
  const { claim, model, records, traces } = claimed;
  let held: ChallengerHoldings = {
    address: addressOf(ASKER),
    records: [{ index: 0, ...(how.knows && { run: runAll(model.committed, inputsOf(claimed, 0)) }) }],
    committed: model.committed,
    ...(how.knows && { recordList: records }),
  };
  const own = { committed: model.committed, records, trace: (index: number) => traces[index] };
  const challenger = { account: ASKER, keys: new Set<Bytes32>() };
  const operator = {
    account: ground.accounts.findIndex((address) => address === claim.operator),
    keys: new Set<Bytes32>(),
  };
  const pass = async (seconds: number): Promise<void> => ground.passTo((await ground.now()) + seconds);
  let idle = 0;
  for (let turn = 0; turn < 40; turn++) {
    const asks = await makeMove(stage, challenger, claimed, (view, now) => {
      held = holdingsFromAnswers(view, held, (committed, given) => runAll(committed, given));
      return nextChallengerMove(view, held, now);
    });
    await pass(random.between(200, 900));
    const answers =
      how.answers &&
      (await makeMove(stage, operator, claimed, (view, now) => nextOperatorMove(view, own, now)));
    await pass(how.answers ? random.between(200, 900) : 7 * HOUR);
    const phase = await stage.phaseOf(claimed);
    if (phase > CONTESTED) break;
    if (asks || answers) continue;
    // Nobody has anything to do before a clock runs out.
    if (phase === OPEN || idle++ > 2) break;
    await pass(7 * HOUR);
  }
}

/** As the operator keeps them: the bytes behind the input list. */
function inputsOf({ traces, model }: Claimed, index: number): readonly TensorData[] {
  const { artifact } = model.committed;
  const trace = traces[index] as CommittedTrace;
  return artifact.inputs.map((_, at) =>
    tensorOfBytes((trace.tensor("input", at) as Tree).source, artifact.table[at] as TensorEntry),
  );
}
