import type { Evidence, Link, Trust } from "./bundle.js";
import { refuse } from "./proven-events.js";
import { readLink } from "./read-link.js";
import { readHeader } from "./read-proof.js";
import type { Header } from "./read-proof.js";

/**
 * The headers, each tied to the block that is trusted: from the last one back, so that the first that differs is named. One
 * is tied by being the parent of the next, by being trusted itself, or by a link from a block above it, in this order; so
 * each has one tie, and a tie that is left over is refused.
 */
export function readHeaders(
  trust: Trust,
  { headers, links }: Pick<Evidence, "headers" | "links">,
): readonly Header[] {
  const read = headers.map((hex, at) => {
    const header = readHeader(hex);
    if (header === undefined) throw refuse([`evidence.headers.${at}`], "it is no block header");
    return header;
  });
  const last = read.at(-1);
  if (last === undefined) throw refuse(["evidence.headers"], "there is none");
  const lastField = `evidence.headers.${read.length - 1}`;
  if (last.hash !== trust.block.hash)
    throw refuse(["trust.block.hash", lastField], `the last header's hash is ${last.hash}`);
  if (last.number !== trust.block.number)
    throw refuse(["trust.block.number"], `the last header's number is ${last.number}`);
  let [othersLeft, linksLeft] = [trust.others.length, links.length];
  for (let at = read.length - 2; at >= 0; at--) {
    const [header, next] = [read[at] as Header, read[at + 1] as Header];
    const other = trust.others[othersLeft - 1];
    const fields = [`evidence.headers.${at}`, ...(other ? [`trust.others.${othersLeft - 1}.hash`] : [])];
    if (header.hash !== next.parentHash && header.hash === other?.hash) {
      othersLeft--;
      if (other.number !== header.number)
        throw refuse([`trust.others.${othersLeft}.number`], `the header's number is ${header.number}`);
    } else if (header.hash !== next.parentHash) {
      const link = links[--linksLeft];
      if (link === undefined) throw refuse(fields, `nothing ties ${header.hash} to a later block`);
      checkLink(link, { field: `evidence.links.${linksLeft}`, header, above: read.slice(at + 1), fields });
    }
    if (header.number >= next.number)
      throw refuse([`evidence.headers.${at}`, `evidence.headers.${at + 1}`], "they do not ascend");
  }
  if (linksLeft > 0) throw refuse([`evidence.links.${linksLeft - 1}`], "no header is in need of it");
  if (othersLeft > 0) throw refuse([`trust.others.${othersLeft - 1}`], "no header is that block's");
  return read;
}

/** @param given `above`: headers that are tied already; `fields`: which others a difference may come from */
function checkLink(
  link: Link,
  given: {
    readonly field: string;
    readonly header: Header;
    readonly above: readonly Header[];
    readonly fields: readonly string[];
  },
): void {
  const { field, header, above, fields } = given;
  if (link.to !== header.number)
    throw refuse([`${field}.to`, ...fields], `nothing ties block ${header.number} to a later one`);
  const from = above.find(({ number }) => number === link.from);
  if (from === undefined) throw refuse([`${field}.from`], "no later header of that number is in the bundle");
  const read = readLink(link, from);
  if (!read.ok) {
    const within = read.fields.map((name) => `${field}.${name}`);
    throw refuse(within, read.reason);
  }
  if (read.hash !== header.hash)
    throw refuse([...fields, `${field}.to`], `block ${from.number} knows block ${link.to} as ${read.hash}`);
}

/** Every block is there for something: it has an event, or ties the block before it, or a link begins there. */
export function checkNeed(
  headers: readonly Header[],
  { receipts, links }: Pick<Evidence, "receipts" | "links">,
): void {
  const needed = new Set([...receipts.map(({ block }) => block), ...links.map(({ from }) => from)]);
  for (const [at, { number, parentHash }] of headers.entries())
    if (!needed.has(number) && headers[at - 1]?.hash !== parentHash)
      throw refuse([`evidence.headers.${at}`], "nothing in the bundle is in need of that block");
}
