import { expect } from "chai";
import fc from "fast-check";

import { keyOfRef, planTaint } from "../../src/claim/plan-taint.js";
import type { FamilyEdge, TaintLabel, TaintLabels } from "../../src/claim/plan-taint.js";
import type { RecordRef } from "../../src/claim/parent-list.js";
import { bytes32 } from "../support/protocol.js";

const SIZE = 9;
const refOf = (record: number): RecordRef => ({
  claimId: bytes32(100 + ((record * 5) % 11)),
  recordIndex: record,
});

/** Edges to earlier records, in any order; claims that fell; labels that somebody has pushed before. */
const families = fc.record({
  kinds: fc.array(fc.constantFrom("none", "none", "stated", "bound"), {
    minLength: (SIZE * (SIZE - 1)) / 2,
    maxLength: (SIZE * (SIZE - 1)) / 2,
  }),
  shuffle: fc.array(fc.nat(1_000), { minLength: 40, maxLength: 40 }),
  fallen: fc.array(fc.nat(SIZE - 1), { maxLength: 3 }),
  before: fc.array(fc.nat(1_000), { maxLength: 12 }),
});

function edgesOf(kinds: readonly string[], shuffle: readonly number[]): FamilyEdge[] {
  const edges: FamilyEdge[] = [];
  let at = 0;
  for (let child = 0; child < SIZE; child++) {
    for (let parent = 0; parent < child; parent++) {
      const kind = kinds[at++];
      if (kind === "stated" || kind === "bound")
        edges.push({ child: refOf(child), parent: refOf(parent), kind });
    }
  }
  return edges
    .map((edge, number) => ({ edge, key: shuffle[number % shuffle.length]! }))
    .sort((a, b) => a.key - b.key)
    .map(({ edge }) => edge);
}

const isLess = (a: TaintLabel | undefined, b: TaintLabel | undefined): boolean =>
  a !== undefined &&
  (b === undefined || a.depth < b.depth || (a.depth === b.depth && BigInt(a.cause) < BigInt(b.cause)));

/** contracts/Lineage.sol, pushTaint: whether it changed anything; undefined where it reverts. */
function push(labels: Map<string, TaintLabels>, { child, parent, kind }: FamilyEdge): boolean | undefined {
  const from = labels.get(keyOfRef(parent)) ?? {};
  const to = { ...labels.get(keyOfRef(child)) };
  if (from.stated === undefined) return undefined;
  let changed = false;
  const offer = (over: "stated" | "bound", label: TaintLabel): void => {
    const next = { ...label, depth: label.depth + 1 };
    if (!isLess(next, to[over])) return;
    to[over] = next;
    changed = true;
    if (over === "bound" && isLess(next, to.stated)) to.stated = next;
  };
  if (kind === "bound" && from.bound !== undefined) offer("bound", from.bound);
  offer("stated", from.stated);
  labels.set(keyOfRef(child), to);
  return changed;
}

describe("claim: which pushes carry taint to all descendants", () => {
  it("each changes something, none is refused, and after them no push changes anything", () => {
    fc.assert(
      fc.property(families, ({ kinds, shuffle, fallen, before }) => {
        const edges = edgesOf(kinds, shuffle);
        const labels = new Map<string, TaintLabels>();
        for (const record of fallen) {
          const own = { depth: 0, cause: refOf(record).claimId };
          labels.set(keyOfRef(refOf(record)), { stated: own, bound: own });
        }
        for (const number of before) if (edges.length > 0) push(labels, edges[number % edges.length]!);
        const pushes = planTaint(edges, labels);
        for (const edge of pushes) expect(push(labels, edge)).to.equal(true);
        for (const edge of edges) expect(push(labels, edge)).to.be.oneOf([false, undefined]);
        const perChild = Map.groupBy(pushes, ({ child }) => keyOfRef(child));
        for (const own of perChild.values()) expect(own.length).to.be.at.most(2);
      }),
      { numRuns: 1_000 },
    );
  });

  it("takes as many pushes in whatever order the edges were read", () => {
    fc.assert(
      fc.property(families, fc.nat(), ({ kinds, shuffle, fallen }, turn) => {
        const own = new Map(
          fallen.map((record) => {
            const label = { depth: 0, cause: refOf(record).claimId };
            return [keyOfRef(refOf(record)), { stated: label, bound: label }] as const;
          }),
        );
        const [one, other] = [edgesOf(kinds, shuffle), edgesOf(kinds, [turn, ...shuffle])];
        expect(planTaint(one, own).length).to.equal(planTaint(other, own).length);
      }),
      { numRuns: 500 },
    );
  });

  it("first alone, taints whatever is shown, and no record more than twice however many edges are shown one by one", () => {
    fc.assert(
      fc.property(families, ({ kinds, shuffle, fallen }) => {
        const edges = edgesOf(kinds, shuffle);
        const labels = new Map<string, TaintLabels>();
        for (const record of fallen) {
          const own = { depth: 0, cause: refOf(record).claimId };
          labels.set(keyOfRef(refOf(record)), { stated: own, bound: own });
        }
        const pushes = edges.flatMap((_, shown) => {
          const planned = planTaint(edges.slice(0, shown + 1), labels, "first");
          for (const edge of planned) expect(push(labels, edge)).to.equal(true);
          return planned;
        });
        const perChild = Map.groupBy(pushes, ({ child }) => keyOfRef(child));
        for (const own of perChild.values()) expect(own.length).to.be.at.most(2);
        const before = new Map([...labels].map(([key, known]) => [key, Object.keys(known).sort()]));
        for (const edge of planTaint(edges, labels)) push(labels, edge);
        for (const [key, known] of labels) expect(before.get(key)).to.deep.equal(Object.keys(known).sort());
      }),
      { numRuns: 1_000 },
    );
  });

  it("ends on edges in a circle, which no chain has", () => {
    const circle: FamilyEdge[] = [0, 1, 2].map((record) => ({
      ...{ child: refOf(record), parent: refOf((record + 1) % 3), kind: "bound" },
    }));
    expect(planTaint(circle, new Map())).to.deep.equal([]);
  });
});
