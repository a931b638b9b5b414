import type { SelectQueryBuilder } from "kysely";

import { OnusError } from "../errors/onus-error.js";

/** Items of one page, when nobody says how many, and at most. */
const ITEMS = 50;
const MOST_ITEMS = 200;

/** Where a page begins: after this place, in descending order of the chain. */
export type Cursor = { readonly block: number; readonly log: number };
export type PageQuery = { readonly limit: number; readonly cursor?: Cursor };

type Placed = { readonly block: number; readonly log: number };

/**
 * One page of what a query finds, the newest first. One row more is read: whether there is a next page is then known.
 *
 * @param at name of the table whose place counts, where the query joins several
 */
export async function pageOf<DB, Tables extends keyof DB, Row extends Placed, Item>(
  query: SelectQueryBuilder<DB, Tables, Row>,
  { limit, cursor }: PageQuery,
  show: (rows: readonly Row[]) => readonly Item[] | Promise<readonly Item[]>,
  at?: string,
): Promise<{ readonly items: readonly Item[]; readonly next?: string }> {
  const [block, log] =
    at === undefined ? (["block", "log"] as const) : ([`${at}.block`, `${at}.log`] as const);
  let page = query as unknown as SelectQueryBuilder<Record<string, Record<string, number>>, string, Row>;
  if (cursor !== undefined)
    page = page.where(({ eb, refTuple, tuple }) =>
      eb(refTuple(block, log), "<", tuple(cursor.block, cursor.log)),
    );
  const rows = await page
    .orderBy(block, "desc")
    .orderBy(log, "desc")
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const [items, last] = [await show(shown), shown.at(-1)];
  return rows.length > limit && last !== undefined ? { items, next: `${last.block}.${last.log}` } : { items };
}

/** Reads parameters of a query string, and refuses what is none. */
export function readPageQuery(given: Readonly<Record<string, string>>): PageQuery {
  const limit = Math.max(1, Math.min(readCount(given, "limit") ?? ITEMS, MOST_ITEMS));
  const { cursor } = given;
  if (cursor === undefined) return { limit };
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor);
  if (match === null) throw malformed("cursor", "`next` of the page before", cursor);
  return { limit, cursor: { block: Number(match[1]), log: Number(match[2]) } };
}

export function readCount(given: Readonly<Record<string, string>>, name: string): number | undefined {
  const found = given[name];
  if (found === undefined) return undefined;
  if (!/^\d{1,15}$/.test(found)) throw malformed(name, "a whole number", found);
  return Number(found);
}

export function readChoice<Choice extends string>(
  given: Readonly<Record<string, string>>,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const found = given[name];
  if (found === undefined) return undefined;
  const choice = choices.find((one) => one === found.toUpperCase() || one === found);
  if (choice === undefined) throw malformed(name, choices.join(", "), found);
  return choice;
}

/** The name of an event. */
export function readName(given: Readonly<Record<string, string>>, name: string): string | undefined {
  const found = given[name];
  if (found !== undefined && !/^\w{1,64}$/.test(found)) throw malformed(name, "the name of an event", found);
  return found;
}

const malformed = (name: string, expected: string, found: string): OnusError<"MALFORMED_VALUE"> =>
  new OnusError("MALFORMED_VALUE", { name, expected, found: JSON.stringify(found) });
