import type { Log, Provider } from "ethers";

import type { DecodedEvent } from "../chain/decode-event.js";
import type { BlockMark, Change } from "../chain/follow-chain.js";
import { inBatches } from "../chain/in-batches.js";
import { FOLD, foldEvent } from "./fold-event.js";
import type { Constants } from "./fold-event.js";
import type { IndexedEvent } from "./indexed-event.js";
import type { IndexDatabase, IndexTransaction } from "./open-index.js";
import { openRows, undoAfter } from "./rows.js";
import { LOG_TABLES, STATE_KEYS } from "./tables.js";
import type { StateTable } from "./tables.js";

/** Blocks behind the newest whose changes can be taken back one by one; a deeper reorg folds all events again. */
export const UNDO_BLOCKS = 1_024;
/** Events read at once when all are folded again. */
const FOLD_AT_ONCE = 10_000;

export type Source = {
  readonly provider: Pick<Provider, "getBlock">;
  readonly decode: (log: Log) => DecodedEvent | undefined;
  readonly constants: Constants;
};

/** Writes what a step of the follower brought, and how far it came, in one transaction. */
export async function applyChange(db: IndexDatabase, source: Source, change: Change): Promise<void> {
  if (change.kind === "rollback") {
    return db.transaction().execute(async (transaction) => {
      await rollBack(transaction, change.toBlock, source.constants);
      await writeMeta(transaction, "checkpoint", JSON.stringify(change.checkpoint));
    });
  }
  const events = await eventsOf(source, change.logs);
  const blocks = new Map(change.logs.map(({ blockNumber, blockHash }) => [blockNumber, blockHash]));
  await db.transaction().execute(async (transaction) => {
    const undoFrom = Math.max(await undoFloor(transaction), change.block.number - UNDO_BLOCKS);
    await transaction.deleteFrom("undo").where("block", "<", undoFrom).execute();
    await writeMeta(transaction, "undoFrom", String(undoFrom));
    const rows = openRows(transaction, undoFrom);
    let block = -1;
    for (const event of events) {
      if (event.block !== block) {
        rows.add("blocks", {
          block: event.block,
          hash: blocks.get(event.block) as string,
          time: event.time,
        });
        block = event.block;
      }
      rows.add("events", { ...event, args: JSON.stringify(event.args) });
      await foldEvent(rows, event, source.constants);
    }
    await rows.flush();
    await writeMeta(transaction, "checkpoint", JSON.stringify(change.checkpoint));
  });
}

/** Logs as events with the times of their blocks. Throws where a block is another by now: the next step tries again. */
async function eventsOf(
  { provider, decode }: Source,
  logs: readonly Log[],
): Promise<readonly IndexedEvent[]> {
  const hashes = new Map(logs.map(({ blockNumber, blockHash }) => [blockNumber, blockHash]));
  const times = new Map(
    await inBatches([...hashes], async ([number, hash]): Promise<[number, number]> => {
      const block = await provider.getBlock(number);
      if (block?.hash !== hash) throw new RangeError(`block ${number} was replaced while it was read`);
      return [number, block.timestamp];
    }),
  );
  return logs.flatMap((log) => {
    const decoded = decode(log);
    if (decoded === undefined) return [];
    const place = { block: log.blockNumber, log: log.index, tx: log.transactionHash };
    return [{ ...place, time: times.get(log.blockNumber) as number, ...decoded }];
  });
}

async function rollBack(transaction: IndexTransaction, toBlock: number, constants: Constants): Promise<void> {
  for (const table of LOG_TABLES) await transaction.deleteFrom(table).where("block", ">", toBlock).execute();
  if ((await undoFloor(transaction)) <= toBlock + 1) return undoAfter(transaction, toBlock);
  await foldAgain(transaction, toBlock, constants);
}

/** Makes the state anew where an older program made it, by other rules. */
export async function foldByTheseRules(db: IndexDatabase, constants: Constants): Promise<void> {
  if ((await readMeta(db, "fold")) === String(FOLD)) return;
  await db.transaction().execute(async (transaction) => {
    const last = (await readCheckpoint(transaction)).at(-1);
    if (last !== undefined) await foldAgain(transaction, last.number, constants);
    await writeMeta(transaction, "fold", String(FOLD));
  });
}

/** Makes the state anew from the events that are kept. */
async function foldAgain(
  transaction: IndexTransaction,
  undoFrom: number,
  constants: Constants,
): Promise<void> {
  for (const table of Object.keys(STATE_KEYS) as StateTable[]) await transaction.deleteFrom(table).execute();
  for (const table of ["event_subjects", "exposure", "standing_points", "undo"] as const) {
    await transaction.deleteFrom(table).execute();
  }
  await writeMeta(transaction, "undoFrom", String(undoFrom + 1));
  let [block, log] = [-1, -1];
  for (;;) {
    const events = await transaction
      .selectFrom("events")
      .selectAll()
      .where((where) =>
        where.or([
          where("block", ">", block),
          where.and([where("block", "=", block), where("log", ">", log)]),
        ]),
      )
      .orderBy("block")
      .orderBy("log")
      .limit(FOLD_AT_ONCE)
      .execute();
    const rows = openRows(transaction, undoFrom + 1);
    for (const event of events) {
      await foldEvent(rows, { ...event, args: JSON.parse(event.args) } as IndexedEvent, constants);
      [block, log] = [event.block, event.log];
    }
    await rows.flush();
    if (events.length < FOLD_AT_ONCE) return;
  }
}

export async function readMeta(db: IndexDatabase, name: string): Promise<string | undefined> {
  return (await db.selectFrom("meta").select("value").where("name", "=", name).executeTakeFirst())?.value;
}

export async function writeMeta(db: IndexDatabase, name: string, value: string): Promise<void> {
  await db
    .insertInto("meta")
    .values({ name, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
    .execute();
}

export async function readCheckpoint(db: IndexDatabase): Promise<readonly BlockMark[]> {
  return JSON.parse((await readMeta(db, "checkpoint")) ?? "[]") as readonly BlockMark[];
}

async function undoFloor(transaction: IndexTransaction): Promise<number> {
  return Number((await readMeta(transaction, "undoFrom")) ?? "0");
}
