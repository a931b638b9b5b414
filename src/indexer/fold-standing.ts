import { number, text } from "./indexed-event.js";
import type { IndexedEvent } from "./indexed-event.js";
import type { Constants } from "./fold-event.js";
import type { Rows } from "./rows.js";
import type { StandingColumns } from "./tables.js";

/** A claim was noted: its weight counts from the second it was decided, however late that was. */
export async function foldStanding(rows: Rows, event: IndexedEvent, { halfLife }: Constants): Promise<void> {
  const { name, args, block, log, time } = event;
  if (name !== "ClaimNoted") return;
  const weight = Number(text(args, "weight")) * 2 ** ((number(args, "decidedAt") - time) / halfLife);
  const isFinal = args["isFinal"] === true;
  const grown = (row: StandingColumns): StandingColumns => {
    const left = 2 ** ((row.standing_at - time) / halfLife);
    const sum = (before: string, counts: boolean): string =>
      String(Number(before) * left + (counts ? weight : 0));
    return {
      standing_finalised: sum(row.standing_finalised, isFinal),
      standing_faulted: sum(row.standing_faulted, !isFinal),
      standing_at: time,
    };
  };
  const operator = await rows.get("operators", text(args, "operator"));
  const model = await rows.get("models", text(args, "modelId"));
  const point = (subject: string, standing: StandingColumns): void =>
    rows.add("standing_points", {
      ...{ subject, block, log, time },
      finalised: standing.standing_finalised,
      faulted: standing.standing_faulted,
    });
  if (operator !== undefined) {
    const standing = grown(operator);
    rows.put("operators", { ...operator, ...standing });
    point(operator.address, standing);
  }
  if (model !== undefined) {
    const standing = grown(model);
    rows.put("models", { ...model, ...standing });
    point(model.id, standing);
  }
}
