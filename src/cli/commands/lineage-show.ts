import type { LineageGraph } from "../../audit/api-types.js";
import type { Contracts } from "../../chain/contracts.js";
import { inBatches } from "../../chain/in-batches.js";
import { readClaimState } from "../../chain/read-claims.js";
import { readFamily } from "../../chain/read-family.js";
import type { Family, FamilyLimits } from "../../chain/read-family.js";
import { readTaint } from "../../chain/read-lineage.js";
import type { Taint } from "../../chain/read-lineage.js";
import { parentItem } from "../../claim/claim.js";
import { keyOfRef } from "../../claim/plan-taint.js";
import type { FamilyEdge } from "../../claim/plan-taint.js";
import type { RecordRef } from "../../claim/parent-list.js";
import { PHASES } from "../../dispute/dispute-view.js";
import type { Phase } from "../../dispute/dispute-view.js";
import { parseAddress } from "../../types/address.js";
import { asBytes32 } from "../../types/bytes32.js";
import { parseCount } from "../../types/count.js";
import { askIndex } from "../ask-index.js";
import { readNamedClaim } from "../claim-files.js";
import type { Act } from "../does.js";
import { describeParent } from "../record-name.js";
import { openForReading } from "../where.js";
import type { Where } from "../options.js";

/** How far a family is followed, as commander hands it over. */
export type Limits = { readonly depth: string; readonly most: string; readonly blockRange?: string };

type Options = Where & Limits & { readonly index?: string };

/** `told`: in a record that an index was handed, on no chain. */
type ShownEdge = Omit<FamilyEdge, "kind"> & { readonly kind: FamilyEdge["kind"] | "told" };
type ShownRecord = RecordRef & {
  readonly phase: Phase;
  readonly taint: { readonly stated: Taint; readonly bound: Taint };
};

/** What stands on chain is read there; an index adds edges that were shown to nobody else. */
export const showLineage: Act<Options> = async ({ args, options }) => {
  const { contracts } = await openForReading(options);
  const { id: claimId } = await readNamedClaim(contracts, args[0] as string);
  const root: RecordRef = { claimId, recordIndex: parseCount(args[1] ?? "0", "[record]") };
  await readClaimState(contracts, claimId);
  const limits = readLimits(options);
  const parents = await readFamily(contracts, root, "parents", limits);
  const children = await readFamily(contracts, root, "children", limits);
  const told = options.index === undefined ? undefined : await askForLineage(options.index, root, limits);
  const edges = joinEdges([parents, children], told?.edges ?? []);
  const records = await inBatches(recordsOf(root, edges), (ref) => readRecord(contracts, ref));
  const isCut = parents.isCut || children.isCut || told?.isCut === true;
  const foreign = joinForeign(parents.foreign, told?.foreign ?? []);
  const value = { root, records, edges, foreign, isCut };
  return { value, text: describe(contracts, value) };
};

export const readLimits = ({ depth, most, blockRange }: Limits): FamilyLimits => ({
  depth: parseCount(depth, "--depth"),
  most: parseCount(most, "--most"),
  ...(blockRange !== undefined && { blockRange: parseCount(blockRange, "--block-range") }),
});

/** What an index answers at most. */
const MOST_DEPTH = 64;

const askForLineage = (
  url: string,
  { claimId, recordIndex }: RecordRef,
  { depth }: FamilyLimits,
): Promise<LineageGraph> =>
  askIndex(url, `/v1/lineage/${claimId}/${recordIndex}?depth=${Math.min(depth, MOST_DEPTH)}`);

function joinEdges(families: readonly Family[], told: LineageGraph["edges"]): readonly ShownEdge[] {
  const edges = new Map<string, ShownEdge>();
  const keyOf = ({ child, parent }: ShownEdge): string => `${keyOfRef(child)} ${keyOfRef(parent)}`;
  for (const edge of families.flatMap((family): readonly ShownEdge[] => family.edges))
    edges.set(keyOf(edge), edge);
  for (const { child, parent } of told) {
    const edge = { child: refOf(child), parent: refOf(parent), kind: "told" } as const;
    if (!edges.has(keyOf(edge))) edges.set(keyOf(edge), edge);
  }
  return [...edges.values()];
}

/** Of a parent that is known by its item alone nothing can be said. */
function joinForeign(shown: Family["foreign"], told: LineageGraph["foreign"]): Family["foreign"] {
  const keyOf = ({ child, parent }: Family["foreign"][number]): string =>
    `${keyOfRef(child)} ${parentItem(parent, parent.book)}`;
  const known = new Map(shown.map((one) => [keyOf(one), one]));
  for (const { child, parent } of told) {
    if (parent === undefined) continue;
    const book = { chainId: BigInt(parent.chainId), contract: parseAddress(parent.claimBook) };
    const one = { child: refOf(child), parent: { ...refOf(parent), book } };
    known.set(keyOf(one), one);
  }
  return [...known.values()];
}

const refOf = ({ claimId, recordIndex }: LineageGraph["edges"][number]["child"]): RecordRef => ({
  ...{ claimId: asBytes32(claimId), recordIndex },
});

function recordsOf(root: RecordRef, edges: readonly ShownEdge[]): readonly RecordRef[] {
  const ends = edges.flatMap(({ child, parent }) => [child, parent]);
  return [...new Map([root, ...ends].map((ref) => [keyOfRef(ref), ref])).values()];
}

/** What a record is told to come from may be in no claim of this book at all: its phase is none then. */
async function readRecord(contracts: Contracts, ref: RecordRef): Promise<ShownRecord> {
  const { claimId, recordIndex } = ref;
  const [{ phase }, taint] = await Promise.all([
    contracts.claims.stateOf(claimId),
    readTaint(contracts, ref),
  ]);
  return { claimId, recordIndex, phase: PHASES[Number(phase)] ?? "none", taint };
}

type Shown = {
  readonly root: RecordRef;
  readonly records: readonly ShownRecord[];
  readonly edges: readonly ShownEdge[];
  readonly foreign: Family["foreign"];
  readonly isCut: boolean;
};

/** Two trees, upwards and downwards; what stands in one twice has its own part once. */
function describe(contracts: Contracts, { root, records, edges, foreign, isCut }: Shown): string {
  const byKey = new Map(records.map((record) => [keyOfRef(record), record]));
  const line = (ref: RecordRef): string => {
    const { phase, taint } = byKey.get(keyOfRef(ref)) as ShownRecord;
    return `${ref.claimId}:${ref.recordIndex}  ${phase}, ${describeTaint(taint)}`;
  };
  const tree = (towards: "parents" | "children"): string[] => {
    const seen = new Set<string>();
    const below = (at: RecordRef, indent: string): string[] => {
      const key = keyOfRef(at);
      const [near, far] =
        towards === "parents" ? (["child", "parent"] as const) : (["parent", "child"] as const);
      const next = edges.filter((edge) => keyOfRef(edge[near]) === key);
      const elsewhere = towards === "parents" ? foreign.filter(({ child }) => keyOfRef(child) === key) : [];
      if (next.length + elsewhere.length === 0) return [];
      if (seen.has(key)) return [`${indent}… as above`];
      seen.add(key);
      return [
        ...next.flatMap((edge) => [
          `${indent}${edge.kind.padEnd(7)} ${line(edge[far])}`,
          ...below(edge[far], `${indent}  `),
        ]),
        ...elsewhere.map(
          ({ parent }) => `${indent}foreign ${describeParent(contracts, parent)}, where nobody looked`,
        ),
      ];
    };
    const lines = below(root, "  ");
    return lines.length === 0 ? ["  nothing that the chain was shown"] : lines;
  };
  return [
    line(root),
    ...["made from", ...tree("parents")],
    ...["made into", ...tree("children")],
    ...(isCut ? ["there may be more: name larger limits with --most and --depth"] : []),
  ].join("\n");
}

/** Taint over bound edges alone is what counts in scores: it is told apart where it is not the same. */
function describeTaint({ stated, bound }: ShownRecord["taint"]): string {
  if (stated.status === "not-pushed") return "no taint pushed";
  const { depth, cause } = stated;
  if (depth === 0) return "tainted: its own claim fell";
  const label = `tainted: ${depth} ${depth === 1 ? "edge" : "edges"} from ${cause}`;
  if (bound.status === "not-pushed") return `${label}, not over bound edges`;
  if (bound.depth === depth && bound.cause === cause) return label;
  return `${label}; over bound edges ${bound.depth} from ${bound.cause}`;
}
