import { plus } from "./indexed-event.js";
import type { Rows } from "./rows.js";
import type { ActivityRow, Counts } from "./tables.js";

export const NO_COUNTS: Counts = {
  open: 0,
  contested: 0,
  final: 0,
  fallen: 0,
  finalised: "0",
  faulted: "0",
};

export type PhaseName = "OPEN" | "CONTESTED" | "FINAL" | "FAULTED";

const COLUMNS = { OPEN: "open", CONTESTED: "contested", FINAL: "final", FAULTED: "fallen" } as const;

/** What a claim's step from one phase to the next makes of counts; `from` is absent for a new claim. */
export function counted<Row extends Counts>(
  row: Row,
  step: { readonly from?: PhaseName; readonly to: PhaseName; readonly liability: string },
): Row {
  const { from, to, liability } = step;
  const next = { ...row, ...(from && { [COLUMNS[from]]: row[COLUMNS[from]] - 1 }) };
  return {
    ...next,
    [COLUMNS[to]]: next[COLUMNS[to]] + 1,
    ...(to === "FINAL" && { finalised: plus(row.finalised, liability) }),
    ...(to === "FAULTED" && { faulted: plus(row.faulted, liability) }),
  };
}

const QUIET = {
  ...{ submitted: 0, finalized: 0, faulted: 0, sessions: 0, questions: 0, answers: 0, complaints: 0 },
  ...{ published: 0, registered: 0 },
};

/** Counts something in the minute in which it happened. */
export async function happened(
  rows: Rows,
  time: number,
  what: Exclude<keyof ActivityRow, "minute">,
): Promise<void> {
  const minute = time - (time % 60);
  const row = (await rows.get("activity", minute)) ?? { minute, ...QUIET };
  rows.put("activity", { ...row, [what]: row[what] + 1 });
}

/** Adds to a total of the whole deployment. */
export async function addTotal(rows: Rows, name: string, amount: string | number): Promise<void> {
  const row = (await rows.get("totals", name)) ?? { name, value: "0" };
  rows.put("totals", { name, value: (BigInt(row.value) + BigInt(amount)).toString() });
}
