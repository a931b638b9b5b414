import type { NamedParent } from "../claim/named-parent.js";
import type { InferenceRecord } from "../claim/record.js";
import type { SignedReceipt } from "../claim/receipt.js";
import type { ArtifactCommitment } from "../model/artifact-id.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { ShownParts } from "./part-addresses.js";

export type HexData = `0x${string}`;
export type BlockRef = { readonly number: number; readonly hash: Bytes32 };

export const BUNDLE_FORMAT = "onus-bundle-1";

/**
 * Who is responsible for a claim, and everything that shows it: one file that is checked without a chain, but for one
 * block hash. `statement` says it in words that programs read; nothing in it is believed: it is made again from `evidence`
 * and compared. docs/spec/bundle.md is normative.
 */
export type Bundle = {
  readonly format: typeof BUNDLE_FORMAT;
  readonly subject: Subject;
  readonly trust: Trust;
  readonly statement: Statement;
  readonly evidence: Evidence;
};

/** What was asked about. */
export type Subject = {
  readonly kind: "claim" | "record" | "receipt" | "output";
  /** Null: a receipt without a claim. */
  readonly claimId: Bytes32 | null;
  /** Null: no receipt. */
  readonly receiptHash: Bytes32 | null;
  /** Null: the claim as a whole. */
  readonly recordIndex: number | null;
  /** Root of the output tensor that was at hand. */
  readonly tensorRoot: Bytes32 | null;
};

/** What a reader has to believe; everything else follows from it. */
export type Trust = {
  readonly chainId: number;
  /** The deployment that is meant. */
  readonly onus: Address;
  /** The last of `evidence.headers`. */
  readonly block: BlockRef;
  /** Blocks that neither a header nor a link ties to a later one; empty where one block is all there is to believe. */
  readonly others: readonly BlockRef[];
};

export type Evidence = {
  /** RLP, ascending; each is the parent of the next, or a link ties it, or it stands in `trust.others`. */
  readonly headers: readonly HexData[];
  /** Ascending by `to`. */
  readonly links: readonly Link[];
  readonly receipts: readonly ProvenItem[];
  /** The transactions that proved faults, for their calldata. */
  readonly transactions: readonly ProvenItem[];
  /** The record with its path to the claim's recordsRoot, bottom up. */
  readonly record: OpenedRecord | null;
  /** Its inputs as they are stored, where they are known: then the record can be run again. */
  readonly inputs: readonly HexData[] | null;
  /** The roots of its output tensors, where they are known or there is one. */
  readonly outputs: readonly Bytes32[] | null;
  /** What the record was made from, where all of it is known; those of other deployments are shown, never trusted. */
  readonly parents: readonly NamedParent[] | null;
  readonly receipt: SignedReceipt | null;
};

/**
 * What ties a block to a later one, up to 8,191 blocks on: after block `from`, the contract of block hashes (EIP-2935) held
 * the hash of block `to`. The nodes of both tries, from the root down, as `eth_getProof` gives them.
 */
export type Link = {
  readonly from: number;
  readonly to: number;
  /** To the contract's account, in the trie of the state. */
  readonly account: readonly HexData[];
  /** To the slot of `to`, in the trie of the contract's storage. */
  readonly storage: readonly HexData[];
};

/** An item of a block's trie of receipts or transactions: the nodes from the root down to it. */
export type ProvenItem = {
  readonly block: number;
  readonly index: number;
  readonly proof: readonly HexData[];
};

export type OpenedRecord = {
  readonly index: number;
  readonly record: InferenceRecord;
  readonly siblings: readonly Bytes32[];
};

export type ParentPlace = { readonly claimId: Bytes32; readonly recordIndex: number };

/** Amounts are decimal text in wei, times unix seconds; null: not shown by the evidence, which is no proof that it is not. */
export type Statement = {
  readonly deployment: ShownParts;
  readonly model: {
    readonly id: Bytes32;
    readonly publisher: Address;
    readonly artifactId: Bytes32;
    readonly artifact: ArtifactCommitment;
    readonly superseded: Bytes32;
    readonly uri: string;
    readonly publishedAt: number;
    readonly retiredAt: number | null;
  };
  readonly operator: {
    readonly address: Address;
    readonly endpoint: string;
    readonly registeredAt: number;
    readonly jailedAt: number | null;
  };
  /** That submitted the claim. */
  readonly key: {
    readonly address: Address;
    readonly kind: "owner" | "signer";
    readonly activeFrom: number | null;
    readonly revokedAt: number | null;
  } | null;
  readonly claim: {
    readonly id: Bytes32;
    readonly nonce: string;
    readonly recordsRoot: Bytes32;
    readonly n: number;
    readonly liability: string;
    readonly window: number;
    readonly submittedAt: number;
    readonly windowEndsAt: number;
  } | null;
  readonly record: StatedRecord | null;
  readonly receipt: StatedReceipt | null;
  readonly sessions: readonly StatedSession[];
  readonly verdict: { readonly phase: "FINAL" | "FAULTED" | null; readonly decidedAt: number | null };
  readonly fault: StatedFault | null;
  readonly shares: StatedShares | null;
  readonly lineage: {
    readonly parents: readonly NamedParent[];
    readonly edges: readonly StatedEdge[];
    /** `cause` is the claim that fell. */
    readonly taints: readonly (ParentPlace & { readonly cause: Bytes32; readonly at: number })[];
  };
  /** Every event that the evidence proves and that is about this claim, in the order of the chain. */
  readonly timeline: readonly { readonly block: number; readonly time: number; readonly event: string }[];
};

export type StatedRecord = InferenceRecord & {
  readonly index: number;
  readonly hash: Bytes32;
  readonly requestId: Bytes32;
  /** Of a record that owes its trace: stated after the claim, asked for or not. */
  readonly statedTrace: Bytes32 | null;
};

export type StatedReceipt = {
  readonly hash: Bytes32;
  readonly signer: Address;
  /** Whose key it is, and when it counts; kind null: no event shows that it is one of the operator, so it binds nobody. */
  readonly key: {
    readonly kind: "owner" | "signer" | null;
    readonly activeFrom: number | null;
    readonly revokedAt: number | null;
  };
  /** Of the model that was promised, and of the record. */
  readonly modelId: Bytes32;
  readonly recordHash: Bytes32;
  readonly issuedAt: number;
  readonly inclusionDeadline: number;
  readonly liability: string;
  readonly maxRecords: number;
  /** Whether this claim keeps it. False: its terms are others. Null: its record, or that it came in time, is not shown. */
  readonly isKept: boolean | null;
  /** What came of it in the court. */
  readonly court: {
    readonly presentedAt: number | null;
    readonly complaint: {
      readonly complainant: Address;
      readonly at: number;
      readonly deadline: number;
    } | null;
    /** The claim that was shown to keep it. */
    readonly answeredBy: Bytes32 | null;
    readonly fault: "Equivocation" | "NonInclusion" | null;
    readonly brokenAt: number | null;
  };
  readonly shares: StatedShares | null;
};

export type StatedSession = {
  readonly id: Bytes32;
  readonly asker: Address;
  readonly openedAt: number;
  readonly questions: number;
  readonly answers: number;
  readonly end: "closed" | "silent" | null;
};

export type StatedFault = {
  readonly kind: string;
  readonly beneficiary: Address;
  /**
   * Whom the transaction called, and the hash of what with: it is in `evidence.transactions`. Called is the referee with the
   * whole proof, the workbench with the end of one, the inquiry with none, or somebody's contract that calls one of them.
   */
  readonly calls: Address | null;
  readonly calldataHash: Bytes32 | null;
};

export type StatedShares = {
  readonly penalty: string;
  readonly beneficiaryShare: string;
  readonly perRecord: string;
  readonly toBurn: string;
  readonly beneficiaryPaid: boolean;
  readonly recordsPaid: number;
  readonly burned: string;
};

export type StatedEdge = {
  readonly parent: ParentPlace;
  readonly child: ParentPlace;
  readonly kind: "bound" | "stated";
};
