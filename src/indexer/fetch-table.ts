import type { WithheldKind } from "../service/download.js";
import type { PostBounds } from "./bound-posts.js";
import type { FetchedPage } from "./fetch-page.js";
import { isOfEndpoint, LAST_TRY, pauseAfter } from "./fetch-plan.js";
import type { FetchOutcome } from "./fetch-plan.js";
import { writeRecords } from "./keep-records.js";
import type { IndexDatabase, IndexTransaction } from "./open-index.js";
import { countTensors } from "./open-posted.js";
import type { TensorCounts } from "./open-posted.js";
import type { ClaimRow } from "./tables.js";

/** A claim whose next records are due, and whom to ask. */
export type FetchWork = TensorCounts & {
  readonly claim: ClaimRow;
  /** The newest that its operator registered. */
  readonly endpoint: string;
  readonly next: number;
  readonly tries: number;
};

/** What is over, and until when it rests otherwise. */
export type Concluded = { readonly outcome?: FetchOutcome; readonly lookAt?: number };

/**
 * What was asked of endpoints, in the index's database: whatever a program knows when it is killed, the next one knows.
 * Claims that a reorg takes out stay here, are not due, and go on where they were when they come back.
 */
export type FetchTable = ReturnType<typeof openFetchTable>;

/** Claims that are taken up at once. */
const DISCOVERED_AT_ONCE = 5_000;

/** @param most records of one claim that are wanted */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- its type is the table
export function openFetchTable(given: {
  readonly reading: IndexDatabase;
  readonly writing: IndexDatabase;
  readonly most: number;
  readonly bounds?: PostBounds;
}) {
  const { reading, writing, most, bounds } = given;

  const failuresOf = async (transaction: IndexTransaction, operator: string): Promise<number> =>
    (
      await transaction
        .selectFrom("endpoints")
        .select("failures")
        .where("operator", "=", operator)
        .executeTakeFirst()
    )?.failures ?? 0;
  /** What waits for its next try waits no longer. */
  const hurry = (transaction: IndexTransaction, operator: string) =>
    transaction
      .updateTable("fetches")
      .set({ look_at: 0, tries: 0 })
      .where("operator", "=", operator)
      .where("look_at", "is not", null)
      .execute();
  /** Asks an operator for everything again that was given up for it. */
  const revive = (transaction: IndexTransaction, operator: string, outcomes: readonly FetchOutcome[]) =>
    transaction
      .updateTable("fetches")
      .set({ look_at: 0, tries: 0, outcome: null })
      .where("operator", "=", operator)
      .where("look_at", "is", null)
      .where("outcome", "in", outcomes)
      .execute();

  /**
   * The endpoint is there: what was given up because it was away is asked for again. Which endpoint that is only `renew`
   * changes, which asks for the rest.
   */
  const settle = async (
    transaction: IndexTransaction,
    { claim: { operator }, endpoint }: FetchWork,
    reason: WithheldKind | null,
  ): Promise<void> => {
    if ((await failuresOf(transaction, operator)) > 0) await revive(transaction, operator, ["away"]);
    const well = { failures: 0, look_at: 0, reason };
    await transaction
      .insertInto("endpoints")
      .values({ operator, endpoint, ...well })
      .onConflict((on) => on.column("operator").doUpdateSet(well))
      .execute();
  };

  return {
    /** Asks once more for what other settings than those before may get, and no more for what these do not want. */
    begin: async ({ allowsPrivate }: { readonly allowsPrivate: boolean }): Promise<void> =>
      writing.transaction().execute(async (transaction) => {
        await transaction
          .updateTable("fetches")
          .set({ look_at: 0 })
          .where("look_at", "is", null)
          .where("outcome", "in", ["kept in part", "kept without lists"])
          .where("next_idx", "<", most)
          .where((eb) =>
            eb.exists(
              eb
                .selectFrom("claims as c")
                .select("c.id")
                .whereRef("c.id", "=", "fetches.claim_id")
                .whereRef("c.n", ">", "fetches.next_idx"),
            ),
          )
          .execute();
        await transaction
          .updateTable("fetches")
          .set(({ fn, val }) => ({
            look_at: null,
            tries: 0,
            outcome: fn.coalesce("outcome", val<string>("kept in part")),
          }))
          .where("look_at", "is not", null)
          .where("next_idx", ">=", most)
          .execute();
        if (!allowsPrivate) return;
        const refused = await transaction
          .selectFrom("endpoints")
          .select("operator")
          .where("reason", "=", "nowhere")
          .execute();
        for (const { operator } of refused) {
          await transaction
            .updateTable("endpoints")
            .set({ failures: 0, look_at: 0, reason: null })
            .where("operator", "=", operator)
            .execute();
          await hurry(transaction, operator);
          await revive(transaction, operator, ["away", "nowhere"]);
        }
      }),

    /**
     * Takes up claims that stand after a block, the newest first.
     *
     * @returns whether that were all
     */
    discover: async (after: number): Promise<boolean> => {
      const found = await reading
        .selectFrom("claims as c")
        .leftJoin("fetches as f", "f.claim_id", "c.id")
        .select(["c.id", "c.operator", "c.block", "c.log"])
        .where("c.block", ">", after)
        .where("f.claim_id", "is", null)
        .orderBy("c.block", "desc")
        .orderBy("c.log", "desc")
        .limit(DISCOVERED_AT_ONCE)
        .execute();
      for (let first = 0; first < found.length; first += 500) {
        const rows = found.slice(first, first + 500).map(({ id, ...rest }) => ({
          ...{ claim_id: id, ...rest, next_idx: 0, tries: 0, look_at: 0, outcome: null },
        }));
        await writing
          .insertInto("fetches")
          .values(rows)
          .onConflict((on) => on.doNothing())
          .execute();
      }
      return found.length < DISCOVERED_AT_ONCE;
    },

    /** Operators that moved are asked anew for what they did not hand out where they were. */
    renew: async (): Promise<void> => {
      const moved = await reading
        .selectFrom("endpoints as e")
        .innerJoin("operators as o", "o.address", "e.operator")
        .select(["o.address", "o.endpoint"])
        .whereRef("o.endpoint", "!=", "e.endpoint")
        .execute();
      for (const { address, endpoint } of moved) {
        await writing.transaction().execute(async (transaction) => {
          await transaction
            .updateTable("endpoints")
            .set({ endpoint, failures: 0, look_at: 0, reason: null })
            .where("operator", "=", address)
            .execute();
          await hurry(transaction, address);
          await transaction
            .updateTable("fetches")
            .set({ next_idx: 0 })
            .where("operator", "=", address)
            .where("outcome", "=", "kept without lists")
            .execute();
          await revive(transaction, address, [
            ...(["kept without lists", "away", "nowhere", "no answer"] as const),
            ...(["refusal", "size", "pace", "content"] as const),
          ]);
        });
      }
    },

    /** Operators that may be asked, the one with the newest claim first, but for those who are being asked. */
    dueOperators: async (now: number, except: ReadonlySet<string>): Promise<readonly string[]> => {
      const rows = await reading
        .selectFrom("operators as o")
        .leftJoin("endpoints as e", "e.operator", "o.address")
        .select((eb) => [
          "o.address",
          eb
            .selectFrom("fetches as f")
            .select("f.block")
            .whereRef("f.operator", "=", "o.address")
            .where("f.look_at", "<=", now)
            .orderBy("f.tries")
            .orderBy("f.block", "desc")
            .orderBy("f.log", "desc")
            .limit(1)
            .as("newest"),
        ])
        .where("o.endpoint", "like", "http%")
        .where((eb) => eb.or([eb("e.look_at", "is", null), eb("e.look_at", "<=", now)]))
        .execute();
      return rows
        .filter(({ address, newest }) => newest !== null && !except.has(address))
        .sort((a, b) => Number(b.newest) - Number(a.newest))
        .map(({ address }) => address);
    },

    /** The newest claim of an operator that is due; one that was tried in vain lets the others go first. */
    dueOf: async (operator: string, now: number): Promise<FetchWork | undefined> => {
      const row = await reading
        .selectFrom("fetches as f")
        .innerJoin("claims as c", "c.id", "f.claim_id")
        .innerJoin("operators as o", "o.address", "c.operator")
        .innerJoin("models as m", "m.id", "c.model_id")
        .selectAll("c")
        .select(["o.endpoint", "m.artifact", "f.next_idx", "f.tries"])
        .where("f.operator", "=", operator)
        .where("f.look_at", "<=", now)
        .orderBy("f.tries")
        .orderBy("f.block", "desc")
        .orderBy("f.log", "desc")
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { endpoint, artifact, next_idx: next, tries, ...claim } = row;
      return { claim, endpoint, next, tries, ...countTensors(artifact) };
    },

    /** Where there is no room for more of a claim, what is known of it stays. */
    full: async ({ claim }: FetchWork): Promise<FetchOutcome> => {
      const outcome = "kept in part";
      await writing
        .updateTable("fetches")
        .set({ look_at: null, outcome })
        .where("claim_id", "=", claim.id)
        .execute();
      return outcome;
    },

    /** Keeps a page and how far that is, both or none. Throws INDEX_FULL. */
    keep: async (work: FetchWork, { opened, lacksLists }: FetchedPage): Promise<Concluded> =>
      writing.transaction().execute(async (transaction) => {
        const { claim } = work;
        await writeRecords(transaction, opened, bounds);
        const next = work.next + opened.length;
        const before = await transaction
          .selectFrom("fetches")
          .select("outcome")
          .where("claim_id", "=", claim.id)
          .executeTakeFirst();
        const isLacking = lacksLists || (before?.outcome === "kept without lists" && work.next > 0);
        const isOver = next >= Math.min(claim.n, most);
        const outcome: FetchOutcome | undefined = isLacking
          ? "kept without lists"
          : !isOver
            ? undefined
            : next < claim.n
              ? "kept in part"
              : "kept";
        await transaction
          .updateTable("fetches")
          .set({ next_idx: next, tries: 0, look_at: isOver ? null : 0, outcome: outcome ?? null })
          .where("claim_id", "=", claim.id)
          .execute();
        await settle(transaction, work, null);
        return isOver && outcome !== undefined ? { outcome } : {};
      }),

    /** Writes down that nothing came, and when it is asked again, if ever. */
    miss: async (work: FetchWork, kind: WithheldKind, now: number): Promise<Concluded> =>
      writing.transaction().execute(async (transaction) => {
        const { claim, endpoint } = work;
        const tries = work.tries + 1;
        const isOver = tries >= LAST_TRY;
        const lookAt = now + pauseAfter(tries);
        await transaction
          .updateTable("fetches")
          .set({ tries, ...(isOver ? { look_at: null, outcome: kind } : { look_at: lookAt }) })
          .where("claim_id", "=", claim.id)
          .execute();
        const told: Concluded = isOver ? { outcome: kind } : { lookAt };
        if (!isOfEndpoint(kind)) {
          await settle(transaction, work, kind);
          return told;
        }
        const failures = (await failuresOf(transaction, claim.operator)) + 1;
        const paused = { failures, look_at: now + pauseAfter(failures), reason: kind };
        await transaction
          .insertInto("endpoints")
          .values({ operator: claim.operator, endpoint, ...paused })
          .onConflict((on) => on.column("operator").doUpdateSet(paused))
          .execute();
        if (failures < LAST_TRY) return told;
        await transaction
          .updateTable("fetches")
          .set({ look_at: null, outcome: "away" })
          .where("operator", "=", claim.operator)
          .where("look_at", "is not", null)
          .execute();
        return { outcome: isOver ? kind : "away" };
      }),

    /** Claims whose records may still be asked for. */
    unfetched: async (): Promise<number> => {
      const { count } = await reading
        .selectFrom("fetches")
        .select((eb) => eb.fn.countAll<number>().as("count"))
        .where("look_at", "is not", null)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}
