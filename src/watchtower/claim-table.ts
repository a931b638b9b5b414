import type { Claim } from "../claim/claim.js";
import type { InferenceRecord } from "../claim/record.js";
import type { Database } from "../store/open-database.js";
import { asAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Verdict } from "./verdict.js";

/** What is to be done about a claim next: look into it off chain, play one's side on chain, nothing until there is news. */
export type Task = "check" | "play" | "rest";

export type WatchedClaim = {
  /** Another one when the claim was taken out by a reorg and came back. */
  readonly number: number;
  readonly claimId: Bytes32;
  readonly claim: Claim;
  /** Of its submission. */
  readonly blockNumber: number;
  readonly phase: "open" | "final" | "faulted";
  readonly task: Task;
  readonly verdict?: Verdict;
  /** Checks that came to nothing. */
  readonly attempts: number;
};

/** What was handed over about the record of a claim that is disputed. */
export type Held = {
  readonly index: number;
  readonly record?: InferenceRecord;
  readonly path?: readonly Bytes32[];
  /** As they were committed: little-endian, without padding. */
  readonly inputs?: readonly Uint8Array[];
};

export type Check = {
  readonly verdict: Verdict;
  readonly records: number;
  readonly runSeconds: number;
  readonly detail?: string;
};

/** How a claim goes on. */
export type Next = {
  readonly task: Task;
  /** Unix seconds of this machine; 0 when absent. */
  readonly lookAt?: number;
  readonly verdict?: Verdict;
  readonly attempts?: number;
  readonly afterBlock?: number;
};

/** What is due when, and how much of it is asked for. */
export type Due = {
  readonly now: number;
  /** The last one that was read. */
  readonly block: number;
  readonly limit: number;
  /** Of each operator, so that none keeps others waiting. */
  readonly perOperator: number;
};

/** Which claims a watchtower looks after: all where nobody is named. */
export type Followed = {
  readonly models: readonly Bytes32[];
  readonly operators: readonly Address[];
};

/** Of a claim in SQL, with `listsOf` as its parameters. */
export const IS_FOLLOWED = `
  (json_array_length(@models) = 0 OR model_id IN (SELECT value FROM json_each(@models))) AND
  (json_array_length(@operators) = 0 OR operator IN (SELECT value FROM json_each(@operators)))`;

export const listsOf = ({ models, operators }: Followed): { readonly [name in keyof Followed]: string } => ({
  ...{ models: JSON.stringify(models), operators: JSON.stringify(operators) },
});

export type ClaimTable = ReturnType<typeof openClaimTable>;

/** The claims a watchtower knows. Every method has written to the disk when it returns. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- its type is its methods
export function openClaimTable(database: Database, followed: Followed) {
  const lists = listsOf(followed);
  const insert = database.prepare(
    `INSERT OR IGNORE INTO claims
       (claim_id, operator, model_id, nonce, records_root, n, liability_wei, window_seconds, block_number)
     VALUES (@claimId, @operator, @modelId, @nonce, @recordsRoot, @n, @liability, @window, @block)`,
  );
  const decide = database.prepare(
    `UPDATE claims SET phase = @phase, decided_block = @block, beneficiary = @beneficiary, look_at = 0,
       task = CASE WHEN @isOurs THEN 'play' ELSE 'rest' END WHERE claim_id = @claimId`,
  );
  const pulled = database.prepare("UPDATE claims SET pulled_block = ? WHERE claim_id = ?");
  const lookAgain = database.prepare(
    `UPDATE claims SET look_at = 0, task = CASE task WHEN 'rest' THEN 'check' ELSE task END
     WHERE claim_id = @claimId AND phase = 'open' AND (@always OR task = 'play' OR verdict LIKE 'unchecked%')`,
  );
  const lookAtPlays = database.prepare(
    "UPDATE claims SET look_at = 0 WHERE phase = 'open' AND task = 'play'",
  );
  const forget = database.prepare("DELETE FROM claims WHERE block_number > ?");
  const reopen = database.prepare(
    `UPDATE claims SET phase = 'open', decided_block = NULL, beneficiary = NULL, look_at = 0, courtesy_at = 0,
       task = CASE verdict WHEN 'differs' THEN 'play' ELSE 'check' END WHERE decided_block > ?`,
  );
  const unpull = database.prepare("UPDATE claims SET pulled_block = NULL WHERE pulled_block > ?");
  const forgetWaits = database.prepare("UPDATE claims SET after_block = 0 WHERE after_block > ?");
  const due = database.prepare(
    `SELECT * FROM (
       SELECT *, row_number() OVER (PARTITION BY operator ORDER BY look_at, number) AS turn FROM claims
       WHERE task = @task AND look_at <= @now AND after_block <= @block AND ${IS_FOLLOWED}
     ) WHERE turn <= @perOperator ORDER BY turn, look_at, number LIMIT @limit`,
  );
  const unpulled = database.prepare(
    "SELECT * FROM claims WHERE phase = 'faulted' AND beneficiary = ? AND pulled_block IS NULL",
  );
  const goOn = database.prepare(
    `UPDATE claims SET task = @task, look_at = @lookAt, verdict = coalesce(@verdict, verdict),
       attempts = coalesce(@attempts, attempts), after_block = @afterBlock WHERE number = @number`,
  );
  const addCheck = database.prepare(
    "INSERT INTO checks (claim_id, at, verdict, records, run_seconds, detail) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const cost = database.prepare(
    `INSERT OR REPLACE INTO costs (key, claim_id, call, hash, gas_used, paid_wei)
     VALUES (@key, @claimId, @call, @hash, @gasUsed, @paid)`,
  );
  const held = database.prepare("SELECT * FROM held_records WHERE claim_id = ?");
  const heldInputs = database.prepare("SELECT bytes FROM held_inputs WHERE claim_id = ? ORDER BY k").pluck();
  const hold = database.prepare("INSERT OR REPLACE INTO held_records VALUES (?, ?, ?, ?)");
  const holdInput = database.prepare("INSERT OR REPLACE INTO held_inputs VALUES (?, ?, ?)");
  const setting = database.prepare("SELECT value FROM settings WHERE name = ?").pluck();
  const set = database.prepare("INSERT INTO settings VALUES (?, ?)");
  const verdicts = database.prepare(
    `SELECT coalesce(verdict, 'not yet') AS verdict, phase, count(*) AS count FROM claims WHERE ${IS_FOLLOWED} GROUP BY 1, 2`,
  );

  const keep = (claimId: Bytes32, { index, record, path, inputs }: Held): void => {
    hold.run(claimId, index, record ? JSON.stringify(record) : null, path ? JSON.stringify(path) : null);
    for (const [k, bytes] of (inputs ?? []).entries()) holdInput.run(claimId, k, bytes);
  };
  return {
    // To be called inside the transaction of a change of the chain.
    submitted: (claimId: Bytes32, claim: Claim, block: number): void => {
      const { nonce, liability, window } = claim;
      const plain = { nonce: `${nonce}`, liability: `${liability}`, window: Number(window) };
      insert.run({ ...claim, ...plain, claimId, block });
    },
    decided: (given: {
      readonly claimId: Bytes32;
      readonly phase: "final" | "faulted";
      readonly block: number;
      readonly beneficiary?: Address;
      /** Whether sessions of one's own are left to settle. */
      readonly isOurs: boolean;
    }): void => void decide.run({ beneficiary: null, ...given, isOurs: Number(given.isOurs) }),
    pulled: (claimId: Bytes32, block: number): void => void pulled.run(block, claimId),
    /** There is news about a claim; `always`: even about one that agreed. */
    lookAgain: (claimId: Bytes32, always: boolean): void =>
      void lookAgain.run({ claimId, always: Number(always) }),
    lookAtPlays: (): void => void lookAtPlays.run(),
    rollBack: (toBlock: number): void => {
      for (const statement of [forget, reopen, unpull, forgetWaits]) statement.run(toBlock);
    },

    /** Claims whose task is due, as far as the chain was followed; those of every operator in turn. */
    due: (task: Task, at: Due): WatchedClaim[] =>
      (due.all({ task, ...at, ...lists }) as ClaimRow[]).map(claimOfRow),
    /** Fallen claims whose share is one's own and still to be pulled. */
    unpulled: (account: Address): WatchedClaim[] => (unpulled.all(account) as ClaimRow[]).map(claimOfRow),
    /** Of a claim that a reorg took out in the meantime nothing is written. */
    goOn: ({ number }: WatchedClaim, next: Next): void => {
      const { task, lookAt = 0, verdict = null, attempts = null, afterBlock = 0 } = next;
      goOn.run({ number, task, lookAt, verdict, attempts, afterBlock });
    },
    /** A check with what it leads to, and what has to be kept for that. */
    conclude: database.transaction((watched: WatchedClaim, check: Check, next: Next, kept?: Held) => {
      const { verdict, records, runSeconds, detail = null } = check;
      const { claimId, number } = watched;
      addCheck.run(claimId, Math.floor(Date.now() / 1_000), verdict, records, runSeconds, detail);
      if (kept) keep(claimId, kept);
      const { task, lookAt = 0, attempts = null, afterBlock = 0 } = next;
      goOn.run({ number, task, lookAt, verdict, attempts, afterBlock });
    }) as (watched: WatchedClaim, check: Check, next: Next, kept?: Held) => void,
    held: (claimId: Bytes32): Held | undefined => {
      const row = held.get(claimId) as HeldRow | undefined;
      if (row === undefined) return undefined;
      const inputs = heldInputs.all(claimId) as Uint8Array[];
      return {
        index: row.record_index,
        ...(row.record !== null && { record: JSON.parse(row.record) as InferenceRecord }),
        ...(row.path !== null && { path: JSON.parse(row.path) as Bytes32[] }),
        ...(inputs.length > 0 && { inputs }),
      };
    },
    paid: (given: {
      readonly key: string;
      readonly claimId: string;
      readonly call: string;
      readonly hash: string;
      readonly gasUsed: bigint;
      readonly paid: bigint;
    }): void => void cost.run({ ...given, gasUsed: `${given.gasUsed}`, paid: `${given.paid}` }),
    /** A value that is made once and kept. */
    setting: (name: string, make: () => string): string => {
      const kept = setting.get(name) as string | undefined;
      if (kept !== undefined) return kept;
      const made = make();
      set.run(name, made);
      return made;
    },
    counts: (): { readonly verdict: string; readonly phase: string; readonly count: number }[] =>
      verdicts.all(lists) as { verdict: string; phase: string; count: number }[],
  };
}

export type ClaimRow = {
  readonly number: number;
  readonly claim_id: string;
  readonly operator: string;
  readonly model_id: string;
  readonly nonce: string;
  readonly records_root: string;
  readonly n: number;
  readonly liability_wei: string;
  readonly window_seconds: number;
  readonly block_number: number;
  readonly phase: WatchedClaim["phase"];
  readonly task: Task;
  readonly verdict: Verdict | null;
  readonly attempts: number;
};

type HeldRow = {
  readonly record_index: number;
  readonly record: string | null;
  readonly path: string | null;
};

export function claimOfRow(row: ClaimRow): WatchedClaim {
  const { number, phase, task, attempts, verdict } = row;
  return {
    ...{ number, phase, task, attempts, blockNumber: row.block_number },
    ...(verdict !== null && { verdict }),
    claimId: asBytes32(row.claim_id),
    claim: {
      operator: asAddress(row.operator),
      modelId: asBytes32(row.model_id),
      nonce: BigInt(row.nonce),
      recordsRoot: asBytes32(row.records_root),
      n: row.n,
      liability: asWei(BigInt(row.liability_wei)),
      window: asSeconds(BigInt(row.window_seconds)),
    },
  };
}
