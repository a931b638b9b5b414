import { createMerkleProof, MerklePatriciaTrie } from "@ethereumjs/mpt";
import { encode } from "@ethereumjs/rlp";
import { getBytes, hexlify, keccak256, toBeArray, toQuantity } from "ethers";

import type { BlockRef, HexData, ProvenItem } from "../audit/bundle.js";
import { OnusError } from "../errors/onus-error.js";
import { asBytes32 } from "../types/bytes32.js";
import { encodeTransaction } from "./encode-transaction.js";
import { inBatches } from "./in-batches.js";

/** What evidence is read through: JSON-RPC of any node that keeps the blocks. */
export type RawNode = {
  readonly send: (method: string, parameters: readonly unknown[]) => Promise<unknown>;
};

type Raw = { readonly [field: string]: unknown };
type Block = Raw & { readonly hash: string; readonly number: string };
type ReceiptJson = Raw & {
  readonly logs: readonly { address: string; topics: string[]; data: string }[];
  readonly transactionIndex: string;
  readonly transactionHash: string;
};

/** Header fields in the order of their RLP; those from baseFeePerGas on came with forks, each after the one before. */
const HEADER_FIELDS = [
  ...["parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"],
  ...["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce"],
  ...["baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot"],
  ...["requestsHash", "blockAccessListHash", "slotNumber"],
] as const;
/** Those that are numbers: without leading zeros. */
const QUANTITIES = new Set<string>([
  ...["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed"],
  ...["excessBlobGas", "slotNumber"],
]);

const quantity = (value: unknown): Uint8Array => toBeArray(BigInt(value as string));
const bytes = (value: unknown): Uint8Array => getBytes(value as string);

/** The headers of some blocks, as RLP whose hash was seen to be the block's. */
export async function readHeaderBytes(
  node: RawNode,
  numbers: readonly number[],
): Promise<readonly HexData[]> {
  return inBatches(numbers, async (number) => headerOf(await blockAt(node, number)));
}

export async function blockRefAt(node: RawNode, number: number): Promise<BlockRef> {
  return { number, hash: asBytes32((await blockAt(node, number)).hash) };
}

async function blockAt(node: RawNode, number: number): Promise<Block> {
  const block = (await node.send("eth_getBlockByNumber", [toQuantity(number), false])) as Block | null;
  if (block === null) throw missing("the header", number, "it does not have the block");
  return block;
}

function headerOf(block: Block): HexData {
  const present = HEADER_FIELDS.filter((name) => block[name] !== undefined && block[name] !== null);
  const encoded = encode(
    present.map((name) => (QUANTITIES.has(name) ? quantity(block[name]) : bytes(block[name]))),
  );
  if (keccak256(encoded) !== block.hash)
    throw missing("the header", Number(block.number), "its fields do not make its hash");
  return hexlify(encoded) as HexData;
}

/** Where transactions stand, with their receipts proven against their block. */
export async function proveReceipts(
  node: RawNode,
  block: number,
  transactions: readonly string[],
): Promise<readonly ProvenItem[]> {
  const header = await blockAt(node, block);
  const receipts = await receiptsOf(node, header);
  const { trie, root } = await trieOf(receipts.map(encodeReceipt));
  if (root !== header["receiptsRoot"])
    throw missing("the receipts", block, `they make root ${root}, the header has ${header["receiptsRoot"]}`);
  const found = transactions.map((hash) =>
    receipts.findIndex(({ transactionHash }) => transactionHash === hash),
  );
  if (found.includes(-1))
    throw missing("the receipts", block, "the block was replaced: its transactions are others by now");
  return Promise.all([...new Set(found)].sort((a, b) => a - b).map((index) => itemOf(trie, block, index)));
}

/** One transaction, proven against its block; undefined where the node does not give the block's transactions raw. */
export async function proveTransaction(
  node: RawNode,
  block: number,
  transaction: string,
): Promise<ProvenItem | undefined> {
  const header = await blockAt(node, block);
  const hashes = header["transactions"] as readonly string[];
  const whole = await wholeTransactions(node, header);
  if (whole !== undefined) return itemOf(whole, block, hashes.indexOf(transaction));
  const raw = await inBatches(
    hashes.map((_, index) => index),
    async (index) => {
      try {
        const parameters = [header.hash, toQuantity(index)];
        return (await node.send("eth_getRawTransactionByBlockHashAndIndex", parameters)) as string | null;
      } catch {
        return null;
      }
    },
  );
  if (raw.some((hex) => hex === null)) return undefined;
  const { trie, root } = await trieOf(raw.map((hex) => getBytes(hex as string)));
  if (root !== header["transactionsRoot"]) return undefined;
  return itemOf(trie, block, hashes.indexOf(transaction));
}

/** The trie of a block's transactions, where its JSON says all of them: one question in place of one each. */
async function wholeTransactions(node: RawNode, header: Block): Promise<MerklePatriciaTrie | undefined> {
  const block = (await node
    .send("eth_getBlockByHash", [header.hash, true])
    .catch(() => null)) as Block | null;
  const encoded = (block?.["transactions"] as readonly Raw[] | undefined)?.map(encodeTransaction);
  if (encoded === undefined || !encoded.every((bytes) => bytes !== undefined)) return undefined;
  const { trie, root } = await trieOf(encoded);
  return root === header["transactionsRoot"] ? trie : undefined;
}

/** All receipts of a block in one answer, or one by one from nodes that do not give them so. */
async function receiptsOf(node: RawNode, header: Block): Promise<readonly ReceiptJson[]> {
  const [block, hashes] = [Number(header.number), header["transactions"] as readonly string[]];
  const failure = (error: unknown): OnusError<"EVIDENCE_MISSING"> =>
    missing("the receipts", block, (error as Error).message);
  const receipts = (await node.send("eth_getBlockReceipts", [toQuantity(block)]).catch(() => null)) as
    readonly ReceiptJson[] | null;
  if (receipts !== null) return receipts;
  return inBatches(hashes, async (hash) => {
    const receipt = (await node.send("eth_getTransactionReceipt", [hash]).catch((error: unknown) => {
      throw failure(error);
    })) as ReceiptJson | null;
    if (receipt === null) throw failure(new Error(`it does not have that of ${hash}`));
    return receipt;
  });
}

/** As a block's trie holds it: EIP-2718, with what OP chains add to receipts of deposits. */
function encodeReceipt(receipt: ReceiptJson): Uint8Array {
  const { logs } = receipt;
  const status = receipt["status"] ?? receipt["root"];
  const fields = [
    (status as string).length === 66 ? bytes(status) : quantity(status),
    quantity(receipt["cumulativeGasUsed"]),
    bytes(receipt["logsBloom"]),
    logs.map(({ address, topics, data }) => [bytes(address), topics.map(bytes), bytes(data)]),
    ...["depositNonce", "depositReceiptVersion"].flatMap((name) =>
      receipt[name] === undefined || receipt[name] === null ? [] : [quantity(receipt[name])],
    ),
  ];
  const encoded = encode(fields);
  const type = Number(receipt["type"] ?? 0);
  return type === 0 ? encoded : Uint8Array.of(type, ...encoded);
}

type Trie = { readonly trie: MerklePatriciaTrie; readonly root: string };

/** The trie of a block's receipts or transactions: keys are RLP of the index. */
export async function trieOf(items: readonly Uint8Array[]): Promise<Trie> {
  const trie = new MerklePatriciaTrie();
  for (const [index, item] of items.entries()) await trie.put(encode(index), item);
  return { trie, root: hexlify(trie.root()) };
}

/** The nodes from the root down to an item; those shorter than a hash stand inside the one above, and not by themselves. */
export async function itemOf(trie: MerklePatriciaTrie, block: number, index: number): Promise<ProvenItem> {
  const proof = await createMerkleProof(trie, encode(index));
  const whole = proof.filter((node, at) => at === 0 || node.length >= 32);
  return { block, index, proof: whole.map((node) => hexlify(node) as HexData) };
}

const missing = (what: string, block: number, reason: string): OnusError<"EVIDENCE_MISSING"> =>
  new OnusError("EVIDENCE_MISSING", { what, block, reason });
