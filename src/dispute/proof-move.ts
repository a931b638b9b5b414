import { OnusError } from "../errors/onus-error.js";
import type { Address } from "../types/address.js";
import type { DisputeView } from "./dispute-view.js";
import { evidenceOfFinding } from "./evidence-of-finding.js";
import type { Insight } from "./insight.js";
import { jobId } from "./job-id.js";
import type { Move } from "./move.js";
import { proofPlan } from "./plan-stages.js";
import type { StagedProof } from "./plan-stages.js";

/** The next transaction of the proof of a fault: the whole of it, or a stage of one's own job on the workbench. */
export function proofMove(
  view: DisputeView,
  fault: Extract<Insight, { kind: "fault" | "evidence" }>,
  beneficiary: Address,
): Move {
  if (fault.kind === "evidence") return { kind: "convict", evidence: fault.evidence };
  const { exhibit, finding } = fault;
  if (finding.kind === "element") {
    const plan = proofPlan(exhibit, finding);
    if (plan.kind === "staged") return stageMove(view, plan, beneficiary);
    return { kind: "convict", evidence: plan.evidence };
  }
  const evidence = evidenceOfFinding(exhibit, finding);
  if (evidence === undefined) throw new OnusError("NOTHING_TO_PROVE", { finding: finding.kind });
  return { kind: "convict", evidence };
}

/** Goes on from where the job stands, whoever advanced it. */
function stageMove({ claimId, jobs, places }: DisputeView, plan: StagedProof, beneficiary: Address): Move {
  const { context } = plan;
  const job = jobs.get(jobId({ claimId, context, beneficiary }, places.workbench));
  if (job === undefined) return { kind: "open-job", evidence: plan.openEvidence() };
  if (job.next < context.reduction) {
    return { kind: "advance-job", context, evidence: plan.stageFrom(job.next).evidence };
  }
  return { kind: "finish-job", context, evidence: plan.finishEvidence() };
}
