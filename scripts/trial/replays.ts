import { callOfMove } from "../../src/chain/move-call.js";
import type { ChainMove } from "../../src/chain/move-call.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import type { Claim } from "../../src/claim/claim.js";
import { elementEvidence, meaningOfKernel, outputRootEvidence } from "../../src/dispute/evidence.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import type { JobContext } from "../../src/dispute/move.js";
import { stagedProof } from "../../src/dispute/plan-stages.js";
import type { Stage, StagedProof } from "../../src/dispute/plan-stages.js";
import { aboutTrace } from "../../src/dispute/ask-about.js";
import { openRecord } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { elementBytes } from "../../src/program/dtype.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { asWei } from "../../src/types/wei.js";
import { withFlippedBit } from "../../test/support/forge-trace.js";
import type { Random } from "../../test/support/random.js";
import type { Actor, RawCall } from "./actor.js";
import { firstDeposit } from "./questions.js";
import { recordsOf } from "./claimed.js";
import { PARTY, stake } from "./scene.js";
import type { Scene } from "./scene.js";

const LIABILITY = asWei(10n ** 16n);

/**
 * Brings evidence that convicts another claim of the same model, or that would convict another record or element,
 * against a claim that is right: to the referee, and in stages.
 */
export async function replays(scene: Scene): Promise<Actor> {
  const { ground, random, claim, claimId, claimed } = scene;
  const { account, contracts } = ground.as(PARTY.attacker);
  const { referee, inquiry, deployment } = contracts;
  const { evidence, staged } = await proofsFrom(scene);
  const calls: RawCall[] = evidence.map((one) => ({
    to: deployment.referee,
    data: referee.interface.encodeFunctionData("convict", [claim, one, PARTY.attacker]),
  }));
  const stages = staged.flatMap((proof) => stagesOf(scene, proof));
  let asked = !scene.spec.onDemand;
  let sent = false;
  return {
    role: "attacker",
    isHonest: false,
    account,
    next(view, now) {
      if (!asked) {
        // Evidence needs a trace: it has it stated.
        asked = true;
        const index = claimed.disputed;
        const record = claimed.records.records[index] as InferenceRecord;
        const question = aboutTrace(claimId, { index, record, path: openRecord(claimed.records, index) });
        const data = inquiry.interface.encodeFunctionData("open", [claim, 0n, question.stream]);
        const value = firstDeposit(view, question);
        return { kind: "calls", label: "open", calls: [{ to: deployment.inquiry, data, value }] };
      }
      const isReady = !scene.spec.onDemand || view.answers.traces.has(claimed.disputed);
      if (sent || !isReady) return { kind: "rest" };
      sent = true;
      void now;
      return { kind: "calls", label: "convict", calls: [...shuffled(calls, random), ...stages] };
    },
  };
}

/**
 * A job for an element, with what belongs to it and with what does not: finished before its last stage, begun in the
 * middle, under a context that says something else.
 */
function stagesOf({ ground, claim, random }: Scene, proof: StagedProof): RawCall[] {
  const { contracts } = ground.as(PARTY.attacker);
  const { context } = proof;
  const other = { ...context, committed: (context.committed ^ 1) >>> 0 };
  const finish = proof.finishEvidence();
  const stages: Stage[] = [];
  for (let next = 0; next < context.reduction;) {
    const stage = proof.stageFrom(next);
    stages.push(stage);
    next = stage.first + stage.count;
  }
  const advance = (under: JobContext, first: number): ChainMove => ({
    ...{ kind: "advance-job", context: under, evidence: proof.stageFrom(first).evidence },
  });
  const moves: readonly ChainMove[] = [
    { kind: "open-job", evidence: proof.openEvidence() },
    { kind: "finish-job", context, evidence: finish },
    advance(other, 0),
    advance(context, random.below(context.reduction)),
    { kind: "finish-job", context: other, evidence: finish },
    ...stages.map((stage): ChainMove => ({ kind: "advance-job", context, evidence: stage.evidence })),
    { kind: "finish-job", context, evidence: finish },
  ];
  return moves.map((move) => callOfMove({ contracts, claim, move, beneficiary: PARTY.attacker }));
}

type Proofs = { readonly evidence: Uint8Array[]; readonly staged: StagedProof[] };

/** A false claim by somebody else over the same run, and what can be made of it. */
async function proofsFrom(scene: Scene): Promise<Proofs> {
  const { ground, random, claim, claimed, model } = scene;
  const { committed, records, trace, disputed } = claimed;
  const { artifact } = committed;
  const truth = trace(disputed);
  const kernel = random.below(artifact.kernels.length);
  const entry = artifact.table[artifact.inputs.length + artifact.weights.length + kernel] as TensorEntry;
  const bits = 8 * elementBytes(entry.dtype);
  const element = random.below(entry.count);
  const forged = withFlippedBit(truth, { index: kernel, bit: element * bits + random.below(bits) });
  const terms = { requester: PARTY.requester, n: claim.n, onDemand: false, disputed };
  const forgedRecords = recordsOf(terms, (record) => (record === disputed ? forged : trace(record)));
  ground.chain.label = "fund";
  await stake(ground, PARTY.otherOperator, LIABILITY);
  const twin: Claim = {
    ...claim,
    operator: PARTY.otherOperator,
    recordsRoot: forgedRecords.root,
    liability: LIABILITY,
  };
  await submitClaim(ground.as(PARTY.otherOperator).contracts, twin);

  const honest: Exhibit = { records, recordIndex: disputed, model: model.identity, committed, trace: truth };
  const fallen: Exhibit = { ...honest, records: forgedRecords, trace: forged };
  const otherRecord = (disputed + 1) % claim.n;
  const all = [
    elementEvidence(fallen, { kernel, element }),
    elementEvidence({ ...fallen, records }, { kernel, element }),
    elementEvidence({ ...fallen, records, recordIndex: otherRecord }, { kernel, element }),
    elementEvidence(honest, { kernel, element }),
    outputRootEvidence({ ...honest, trace: forged }, 0),
    outputRootEvidence(honest, 0),
  ];
  const truthful = all[3] as Uint8Array;
  for (let i = 0; i < 12; i++) all.push(disturbed(truthful, random));
  const meaning = meaningOfKernel(honest, kernel);
  if (!("kernel" in meaning)) return { evidence: all, staged: [] };
  const staged = [honest, fallen, { ...fallen, records }].map((exhibit) =>
    stagedProof(exhibit, { kernel, element }, meaning.kernel),
  );
  return { evidence: all, staged };
}

/** Some bytes changed: mostly in the beginning, where numbers stand that say what the rest is. */
function disturbed(evidence: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(evidence);
  for (let times = random.between(1, 3); times > 0; times--) {
    const at = random.below(random.chance(50) ? Math.min(bytes.length, 600) : bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
  }
  return random.chance(15) ? bytes.slice(0, random.below(bytes.length)) : bytes;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, key: random.word() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
