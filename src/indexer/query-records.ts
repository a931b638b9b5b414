import type { ApiRecord, Hex, LineageEdge, LineageGraph, LineageNode } from "../audit/api-types.js";
import { showRecord } from "./show-rows.js";
import type { IndexDatabase } from "./open-index.js";
import { showParent } from "./open-posted.js";
import type { RecordRow } from "./tables.js";

type RecordColumn = "claim_id" | "hash" | "request_id" | "input_root" | "output_root";
type Ref = { readonly claimId: Hex; readonly recordIndex: number };

/** Most records that one answer holds. */
const MOST_RECORDS = 200;
/** Most nodes of a lineage graph. */
const MOST_NODES = 500;

/** Records that are known by any of these columns, from answers on chain and from what was posted. */
export async function recordsBy(
  db: IndexDatabase,
  columns: readonly RecordColumn[],
  value: string,
): Promise<readonly ApiRecord[]> {
  const found = new Map<string, { row: RecordRow; source: ApiRecord["source"] }>();
  for (const [table, source] of [
    ["posted_records", "posted"],
    ["records", "answer"],
  ] as const) {
    for (const column of columns) {
      const rows = await db
        .selectFrom(table)
        .selectAll()
        .where(column, "=", value)
        .orderBy("idx")
        .orderBy("claim_id")
        .limit(MOST_RECORDS)
        .execute();
      for (const row of rows) found.set(`${row.claim_id} ${row.idx}`, { row, source });
    }
  }
  return Promise.all(
    [...found.values()].slice(0, MOST_RECORDS).map(({ row, source }) => fill(db, row, source)),
  );
}

/** Records of which this is a tensor of the input or output. */
export async function recordsByTensor(db: IndexDatabase, root: string): Promise<readonly ApiRecord[]> {
  const places = await db
    .selectFrom("posted_tensors")
    .select(["claim_id", "idx"])
    .where("item", "=", root)
    .where("list", "=", "output")
    .orderBy("claim_id")
    .orderBy("idx")
    .limit(MOST_RECORDS)
    .execute();
  const found: ApiRecord[] = [];
  for (const { claim_id, idx } of places) {
    const record = await recordAt(db, { claimId: claim_id as Hex, recordIndex: idx });
    if (record !== undefined) found.push(record);
  }
  return found;
}

export async function recordAt(
  db: IndexDatabase,
  { claimId, recordIndex }: Ref,
): Promise<ApiRecord | undefined> {
  for (const [table, source] of [
    ["records", "answer"],
    ["posted_records", "posted"],
  ] as const) {
    const row = await db
      .selectFrom(table)
      .selectAll()
      .where("claim_id", "=", claimId)
      .where("idx", "=", recordIndex)
      .executeTakeFirst();
    if (row !== undefined) return fill(db, row, source);
  }
  return undefined;
}

/** How many records are known of each of these claims. */
export async function knownRecords(
  db: IndexDatabase,
  claims: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const known = new Map<string, number>();
  if (claims.length === 0) return known;
  const posted = await db
    .selectFrom("posted_counts")
    .select(["holder", "records"])
    .where("holder", "in", claims)
    .execute();
  for (const { holder, records } of posted) known.set(holder, records);
  const answered = await db
    .selectFrom("records as a")
    .leftJoin("posted_records as p", (join) =>
      join.onRef("p.claim_id", "=", "a.claim_id").onRef("p.idx", "=", "a.idx"),
    )
    .select(["a.claim_id", ({ fn }) => fn.countAll().as("count")])
    .where("a.claim_id", "in", claims)
    .where("p.idx", "is", null)
    .groupBy("a.claim_id")
    .execute();
  for (const { claim_id, count } of answered) known.set(claim_id, (known.get(claim_id) ?? 0) + Number(count));
  return known;
}

async function fill(db: IndexDatabase, row: RecordRow, source: ApiRecord["source"]): Promise<ApiRecord> {
  const at = { claim_id: row.claim_id, idx: row.idx };
  const [claim, trace, lists, taint] = await Promise.all([
    db.selectFrom("claims").select("phase").where("id", "=", row.claim_id).executeTakeFirst(),
    db
      .selectFrom("traces")
      .select("trace_root")
      .where((eb) => eb.and(at))
      .executeTakeFirst(),
    db
      .selectFrom("posted_tensors")
      .selectAll()
      .where((eb) => eb.and(at))
      .orderBy("position")
      .execute(),
    db
      .selectFrom("taints")
      .select("at")
      .where((eb) => eb.and(at))
      .executeTakeFirst(),
  ]);
  const tensors = (list: string): Hex[] =>
    lists.filter((item) => item.list === list).map(({ item }) => item as Hex);
  const parents = lists.filter(({ list }) => list === "parents").map(showParent);
  const [inputs, outputs] = [tensors("input"), tensors("output")];
  return showRecord(row, {
    source,
    taint: taint === undefined && claim?.phase !== "FAULTED" ? "NOT_PUSHED" : "TAINTED",
    ...(trace && { statedTrace: trace.trace_root as Hex }),
    ...(inputs.length > 0 && { inputs }),
    ...(outputs.length > 0 && { outputs }),
    ...(parents.length > 0 && { parents }),
  });
}

/** What a record was made from and what was made from it, breadth first. */
export async function lineageOf(db: IndexDatabase, root: Ref, depth: number): Promise<LineageGraph> {
  const nodes = new Map<string, LineageNode>();
  const edges = new Map<string, LineageEdge>();
  const foreign: LineageGraph["foreign"][number][] = [];
  let isCut = false;
  await visit(root, 0);
  for (const direction of [-1, 1] as const) {
    let front: readonly Ref[] = [root];
    for (let step = 1; front.length > 0; step++) {
      if (step > depth) {
        isCut = true;
        break;
      }
      const next: Ref[] = [];
      for (const at of front) {
        for (const edge of await edgesOf(db, at, direction, foreign)) {
          const far = direction < 0 ? edge.parent : edge.child;
          const isKnown = nodes.has(keyOf(far));
          if (!isKnown && nodes.size >= MOST_NODES) {
            isCut = true;
            continue;
          }
          const key = keyOf(edge.parent) + keyOf(edge.child);
          if (!edges.has(key) || edges.get(key)?.kind === "told") edges.set(key, edge);
          if (!isKnown) next.push(await visit(far, direction * step));
        }
      }
      front = next;
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()], foreign, isCut };

  async function visit(ref: Ref, distance: number): Promise<Ref> {
    const claim = await db
      .selectFrom("claims")
      .select(["phase", "model_id", "operator"])
      .where("id", "=", ref.claimId)
      .executeTakeFirst();
    const taint = await db
      .selectFrom("taints")
      .select("at")
      .where("claim_id", "=", ref.claimId)
      .where("idx", "=", ref.recordIndex)
      .executeTakeFirst();
    nodes.set(keyOf(ref), {
      ...ref,
      phase: (claim?.phase as LineageNode["phase"] | undefined) ?? "UNKNOWN",
      ...(claim && { modelId: claim.model_id as Hex, operator: claim.operator as Hex }),
      // A record of a fallen claim is tainted by that alone.
      taint: taint === undefined && claim?.phase !== "FAULTED" ? "NOT_PUSHED" : "TAINTED",
      distance,
    });
    return ref;
  }
}

type ForeignEdge = LineageGraph["foreign"][number];
const isSame = (one: ForeignEdge, other: ForeignEdge): boolean =>
  one.child.claimId === other.child.claimId &&
  one.child.recordIndex === other.child.recordIndex &&
  one.parent?.chainId === other.parent?.chainId &&
  one.parent?.claimBook === other.parent?.claimBook &&
  one.parent?.claimId === other.parent?.claimId &&
  one.parent?.recordIndex === other.parent?.recordIndex;

const keyOf = ({ claimId, recordIndex }: Ref): string => `${claimId} ${recordIndex}`;

/** Edges to parents (-1) or children (1): those on chain, and those that known records tell of. */
async function edgesOf(
  db: IndexDatabase,
  at: Ref,
  direction: -1 | 1,
  foreign: LineageGraph["foreign"][number][],
): Promise<readonly LineageEdge[]> {
  const own =
    direction < 0 ? (["child_claim", "child_idx"] as const) : (["parent_claim", "parent_idx"] as const);
  const onChain = await db
    .selectFrom("edges")
    .selectAll()
    .where(own[0], "=", at.claimId)
    .where(own[1], "=", at.recordIndex)
    .limit(MOST_NODES)
    .execute();
  let told = db.selectFrom("posted_tensors").selectAll().where("list", "=", "parents").limit(MOST_NODES);
  told =
    direction < 0
      ? told.where("claim_id", "=", at.claimId).where("idx", "=", at.recordIndex)
      : told
          .where("parent_claim", "=", at.claimId)
          .where("parent_idx", "=", at.recordIndex)
          // A parent elsewhere may bear the id of one here.
          .where("parent_chain", "is", null);
  const found: LineageEdge[] = [];
  for (const row of onChain) {
    const parent = { claimId: row.parent_claim as Hex, recordIndex: row.parent_idx };
    const child = { claimId: row.child_claim as Hex, recordIndex: row.child_idx };
    if (row.kind !== "foreign") found.push({ parent, child, kind: row.kind as LineageEdge["kind"] });
    else if (direction < 0)
      foreign.push({ child, parent: { ...parent, chainId: row.chain_id ?? "", claimBook: row.book as Hex } });
  }
  for (const row of await told.execute()) {
    const child = { claimId: row.claim_id as Hex, recordIndex: row.idx };
    const parent = showParent(row);
    if ("item" in parent) foreign.push({ child, item: parent.item });
    else if (!("chainId" in parent)) found.push({ parent, child, kind: "told" });
    else if (!foreign.some((one) => isSame(one, { child, parent }))) foreign.push({ child, parent });
  }
  return found;
}
