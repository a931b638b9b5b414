import type { ApiPhase, TaintState } from "onus/api";

const SIGNS = {
  ...{ OPEN: "○", CONTESTED: "◐", FINAL: "●", FAULTED: "✕", UNKNOWN: "?" },
  ...{ ACTIVE: "●", JAILED: "✕", RETIRED: "■" },
  ...{ CLOSED: "◑", ENDED: "◑", SETTLED: "●", PRESENTED: "○", COMPLAINED: "◐", ANSWERED: "●", BROKEN: "✕" },
  ...{ TAINTED: "▲", NOT_PUSHED: "–" },
} as const;

/** States whose name says too little. */
const WORDS: { readonly [of: string]: string } = {
  NOT_PUSHED: "no taint pushed",
  ENDED: "ended with its claim",
};

/** A state in one word, told by form as well as by colour. */
export function Badge({ of }: { readonly of: ApiPhase | TaintState | keyof typeof SIGNS }) {
  return (
    <span className={`badge ${of.toLowerCase().replace("_", "-")}`}>
      <span aria-hidden="true">{SIGNS[of]}</span>
      {WORDS[of] ?? of}
    </span>
  );
}
