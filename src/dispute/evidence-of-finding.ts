import { absentNodeEvidence, elementEvidence, outputRootEvidence, paddingEvidence } from "./evidence.js";
import type { Exhibit } from "./evidence.js";
import type { Finding } from "./locate-fault.js";

/** The evidence that proves a finding; undefined where the finding is no fault, or cannot be shown. */
export function evidenceOfFinding(exhibit: Exhibit, finding: Finding): Uint8Array | undefined {
  switch (finding.kind) {
    case "element":
      return elementEvidence(exhibit, finding);
    case "output-root":
      return outputRootEvidence(exhibit, finding.output);
    case "padding":
      return paddingEvidence(exhibit, finding);
    case "absent-node":
      return absentNodeEvidence(exhibit, finding);
    case "agrees":
    case "other-input":
    case "withheld":
      return undefined;
  }
}
