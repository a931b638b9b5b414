import { OnusError } from "../errors/onus-error.js";
import { evidenceOfFinding } from "./evidence-of-finding.js";
import type { Insight } from "./insight.js";
import type { Move } from "./move.js";

/** The next transaction of the proof of a fault. */
export function proofMove(fault: Extract<Insight, { kind: "fault" | "evidence" }>): Move {
  if (fault.kind === "evidence") return { kind: "convict", evidence: fault.evidence };
  const evidence = evidenceOfFinding(fault.exhibit, fault.finding);
  if (evidence === undefined) throw new OnusError("NOTHING_TO_PROVE", { finding: fault.finding.kind });
  return { kind: "convict", evidence };
}
