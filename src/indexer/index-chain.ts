import { emittersOf, eventDecoder } from "../chain/decode-event.js";
import type { Deployment } from "../chain/deployment.js";
import { followChain } from "../chain/follow-chain.js";
import type { BlockMark, Change, Follow } from "../chain/follow-chain.js";
import { OnusError } from "../errors/onus-error.js";
import { applyChange, foldByTheseRules, readCheckpoint, readMeta, writeMeta } from "./apply-change.js";
import type { Constants } from "./fold-event.js";
import type { IndexDatabase } from "./open-index.js";

export type Indexing = {
  /** Reads on once; what was read, or nothing where nothing is new. */
  readonly step: () => Promise<Change | undefined>;
  readonly indexed: () => BlockMark | undefined;
};

/** Indexes one deployment into a database that holds this deployment or nothing. */
export async function indexChain(given: {
  readonly db: IndexDatabase;
  readonly provider: Follow["provider"];
  readonly deployment: Deployment;
  readonly constants: Constants;
  readonly confirmations?: number;
  /** Blocks of one query. */
  readonly range?: number;
}): Promise<Indexing> {
  const { db, provider, deployment, confirmations, range } = given;
  await requireSame(db, deployment);
  await foldByTheseRules(db, given.constants);
  let checkpoint = await readCheckpoint(db);
  const source = { provider, decode: eventDecoder(deployment), constants: given.constants };
  const follower = followChain({
    provider,
    from: deployment.fromBlock,
    addresses: emittersOf(deployment),
    store: { checkpoint: () => checkpoint },
    ...(confirmations !== undefined && { confirmations }),
    ...(range !== undefined && { range }),
  });
  const step = async (): Promise<Change | undefined> => {
    const [change] = await follower.step();
    if (change === undefined) return undefined;
    await applyChange(db, source, change);
    checkpoint = change.checkpoint;
    return change;
  };
  return { step, indexed: () => checkpoint.at(-1) };
}

/** One database, one deployment: two would answer for each other. */
async function requireSame(db: IndexDatabase, deployment: Deployment): Promise<void> {
  const expected = `${deployment.chainId} ${deployment.onus}`;
  const actual = await readMeta(db, "deployment");
  if (actual === undefined) return writeMeta(db, "deployment", expected);
  if (actual !== expected) throw new OnusError("INDEX_OF_ANOTHER", { actual, expected });
}
