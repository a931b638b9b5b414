import { keyOfRef } from "../claim/plan-taint.js";
import type { FamilyEdge } from "../claim/plan-taint.js";
import type { Parent, RecordRef } from "../claim/parent-list.js";
import { parseAddress } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import type {
  EdgeBoundEvent,
  EdgeStatedEvent,
  ForeignParentShownEvent,
} from "../../typechain-types/interfaces/ILineage.js";
import { providerOf, requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { firstBlockAt } from "./first-block-at.js";
import { inBatches } from "./in-batches.js";
import { readEvents } from "./read-events.js";
import type { EventSource } from "./read-events.js";
import type { Span } from "./read-logs.js";

/** A record of this claim book, or all records of a claim of it. */
export type FamilyRoot = { readonly claimId: RecordRef["claimId"]; readonly recordIndex?: number };

/** How far a family is followed: anybody may show any number of children of a record. */
export type FamilyLimits = {
  /** Generations, in each direction. */
  readonly depth: number;
  /** Records that are followed, in each direction; edges to others are left out. */
  readonly most: number;
  /** Blocks of one log query. */
  readonly blockRange?: number;
};

/** What the chain was shown above or below a record. */
export type Family = {
  /** Each once. Of a descendant only those to parents that are descendants themselves, or the record. */
  readonly edges: readonly FamilyEdge[];
  /** Parents of other claim books; nobody looked there. */
  readonly foreign: readonly { readonly child: RecordRef; readonly parent: Parent }[];
  /** There may be more than the limits show. */
  readonly isCut: boolean;
};

/** Follows edges from a record, up to what it was made from or down to what was made from it: from events alone. */
export async function readFamily(
  contracts: Contracts,
  root: FamilyRoot,
  towards: "parents" | "children",
  { depth, most, blockRange }: FamilyLimits,
): Promise<Family> {
  requirePart(contracts, "lineage");
  const { lineage, deployment } = contracts;
  const provider = providerOf(contracts);
  const whole = { from: deployment.fromBlock, to: await provider.getBlockNumber() };
  const edges = new Map<string, FamilyEdge>();
  const foreign = new Map<string, Family["foreign"][number]>();
  const seen = new Set<string>();
  const [near, far] = towards === "parents" ? (["child", "parent"] as const) : (["parent", "child"] as const);
  let isCut = false;
  let front: readonly FamilyRoot[] = [root];
  for (let step = 0; front.length > 0; step++) {
    if (step === depth) {
      isCut = true;
      break;
    }
    const [refs, wholeClaims] = [new Set<string>(), new Set<string>()];
    for (const { claimId, recordIndex } of front) {
      if (recordIndex === undefined) wholeClaims.add(claimId);
      else refs.add(keyOfRef({ claimId, recordIndex }));
    }
    const isOfFront = (ref: RecordRef): boolean => refs.has(keyOfRef(ref)) || wholeClaims.has(ref.claimId);
    const claims = [...new Set(front.map(({ claimId }) => claimId))];
    const source: EventSource = {
      ...{ provider, address: deployment.lineage, abi: lineage.interface },
      span: await spanOf(contracts, claims, whole),
      ...(blockRange !== undefined && { range: blockRange }),
    };
    const topics = towards === "parents" ? [claims] : [null, claims];
    const next: RecordRef[] = [];
    for (const [name, kind] of [
      ["EdgeStated", "stated"],
      ["EdgeBound", "bound"],
    ] as const) {
      for (const { args } of await readEvents<EdgeArgs>(source, name, topics)) {
        const edge = { ...endsOf(args), kind };
        if (!isOfFront(edge[near])) continue;
        const key = keyOfRef(edge[far]);
        if (!seen.has(key)) {
          if (seen.size >= most) {
            isCut = true;
            continue;
          }
          seen.add(key);
          next.push(edge[far]);
        }
        edges.set(keyOfRef(edge.child) + keyOfRef(edge.parent), edge);
      }
    }
    if (towards === "parents") {
      const shown = await readEvents<ForeignParentShownEvent.OutputObject>(
        source,
        "ForeignParentShown",
        topics,
      );
      for (const { args } of shown) {
        const one = foreignOf(args);
        if (!isOfFront(one.child)) continue;
        const { book } = one.parent;
        foreign.set(`${keyOfRef(one.child)} ${keyOfRef(one.parent)} ${book.chainId} ${book.contract}`, one);
      }
    }
    front = next;
  }
  return { edges: [...edges.values()], foreign: [...foreign.values()], isCut };
}

/** An edge is shown when both its claims are submitted: of the blocks before there is nothing to read. */
async function spanOf(contracts: Contracts, claimIds: readonly Bytes32[], whole: Span): Promise<Span> {
  const times = await inBatches(
    claimIds,
    async (id) => (await contracts.claims.stateOf(id, { blockTag: whole.to })).submittedAt,
  );
  const first = times.reduce((least, time) => (time < least ? time : least));
  return { ...whole, from: await firstBlockAt(providerOf(contracts), asSeconds(first), whole) };
}

type EdgeArgs = EdgeStatedEvent.OutputObject | EdgeBoundEvent.OutputObject;

const endsOf = ({ childClaim, childIndex, parentClaim, parentIndex }: EdgeArgs) => ({
  child: { claimId: asBytes32(childClaim), recordIndex: Number(childIndex) },
  parent: { claimId: asBytes32(parentClaim), recordIndex: Number(parentIndex) },
});

const foreignOf = (args: ForeignParentShownEvent.OutputObject): Family["foreign"][number] => ({
  child: { claimId: asBytes32(args.childClaim), recordIndex: Number(args.childIndex) },
  parent: {
    ...{ claimId: asBytes32(args.parentClaim), recordIndex: Number(args.parentIndex) },
    book: { chainId: args.chainId, contract: parseAddress(args.claimBook) },
  },
});
