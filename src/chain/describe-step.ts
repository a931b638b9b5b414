import { formatError } from "../errors/format-error.js";
import { describeMove } from "./describe-move.js";
import type { Step } from "./play-dispute.js";

/** A step of a dispute in words, for whoever watches. */
export function describeStep(step: Step): string {
  switch (step.step) {
    case "waits":
      return `waits until ${new Date(Number(step.until) * 1_000).toISOString()}`;
    case "failed":
      return `${formatError(step.error)}\n  tries again`;
    case "performed": {
      const { move, performed } = step;
      const cost = performed.sent === undefined ? "" : ` (${performed.sent.gasUsed} gas)`;
      const already = performed.status === "already" ? `: somebody did already, ${performed.because}` : "";
      return `${describeMove(move)}${cost}${already}`;
    }
  }
}
