import { minus, number, plus, struct, text } from "./indexed-event.js";
import type { IndexedEvent } from "./indexed-event.js";
import type { Rows } from "./rows.js";
import { addTotal, happened, NO_COUNTS } from "./tallies.js";

export const NO_STANDING = { standing_finalised: "0", standing_faulted: "0", standing_at: 0 };

export async function foldModel(rows: Rows, event: IndexedEvent): Promise<void> {
  const { name, args } = event;
  if (name === "ModelPublished") return publish(rows, event);
  if (typeof args["modelId"] !== "string") return;
  const model = await rows.get("models", args["modelId"]);
  if (model === undefined) return;
  switch (name) {
    case "ModelRetired":
      return rows.put("models", { ...model, retired_at: number(args, "retiredAt") });
    case "BondDeposited":
      return rows.put("models", { ...model, bond: plus(model.bond, text(args, "amount")) });
    case "BondWithdrawn":
      return rows.put("models", { ...model, bond: minus(model.bond, text(args, "amount")) });
    case "BondSlashed":
      return rows.put("models", { ...model, bond: "0" });
  }
}

async function publish(rows: Rows, { block, log, tx, time, args }: IndexedEvent): Promise<void> {
  const [id, superseded] = [text(args, "modelId"), text(args, "superseded")];
  const former = await rows.get("models", superseded);
  if (former !== undefined) rows.put("models", { ...former, successor: id });
  rows.put("models", {
    id,
    publisher: text(args, "publisher"),
    artifact_id: text(args, "artifactId"),
    artifact: JSON.stringify(struct(args, "artifact")),
    uri: text(args, "uri"),
    superseded: former === undefined ? null : superseded,
    successor: null,
    version: (former?.version ?? 0) + 1,
    published_at: time,
    retired_at: null,
    bond: "0",
    operators: 0,
    ...NO_COUNTS,
    ...NO_STANDING,
    ...{ block, log, tx },
  });
  await addTotal(rows, "models", 1);
  await happened(rows, time, "published");
}
