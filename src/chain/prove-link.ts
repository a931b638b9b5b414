import { toQuantity } from "ethers";

import type { HexData, Link } from "../audit/bundle.js";
import { HISTORY_CONTRACT, readLink, slotOf } from "../audit/read-link.js";
import type { Header } from "../audit/read-proof.js";
import { OnusError } from "../errors/onus-error.js";
import type { RawNode } from "./read-evidence.js";

/** What a node says, of which nothing is sure. */
type Proof = {
  readonly accountProof?: readonly string[];
  readonly storageProof?: readonly { readonly value?: string; readonly proof?: readonly string[] }[];
};

/** Proves, in the state after one block, that another is before it on its chain. Throws LINK_MISSING. */
export async function proveLink(node: RawNode, from: Header, to: Header): Promise<Link> {
  const ends = { from: from.number, to: to.number };
  const missing = (reason: string, cause?: unknown): OnusError<"LINK_MISSING"> =>
    new OnusError("LINK_MISSING", { ...ends, reason }, { cause });
  const parameters = [HISTORY_CONTRACT, [slotOf(to.number)], toQuantity(from.number)];
  const proof = (await node.send("eth_getProof", parameters).catch((error: unknown) => {
    throw missing(reasonOf(error), error);
  })) as Proof | null;
  const { accountProof, storageProof: [slot] = [] } = proof ?? {};
  if (accountProof === undefined || slot?.proof === undefined)
    throw missing("the node answers eth_getProof with nothing");
  if (/^0x0*$/.test(slot.value ?? ""))
    throw missing("its hash is in no slot: the chain took EIP-2935 up later");
  const link = { ...ends, account: wholeNodes(accountProof), storage: wholeNodes(slot.proof) };
  const read = readLink(link, from);
  if (!read.ok) throw missing(read.reason);
  if (read.hash !== to.hash) throw missing(`the state has ${read.hash} for it, the block is ${to.hash}`);
  return link;
}

/** Nodes shorter than a hash stand inside the one above, and not by themselves. */
const wholeNodes = (nodes: readonly string[]): HexData[] =>
  nodes
    .filter((node, at) => at === 0 || node.length >= 2 + 2 * 32)
    .map((node) => node.toLowerCase() as HexData);

/** What the node itself said, where it did. */
function reasonOf(error: unknown): string {
  const { error: said, message } = error as { error?: { message?: unknown }; message: string };
  return typeof said?.message === "string" ? said.message : message;
}
