import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import {
  binding,
  EDGE,
  lineageScene,
  statement,
  type LineageScene,
  type Result,
} from "../support/lineage-scene.js";

const connection = await network.create();
const { networkHelpers } = connection;

const SIZE = 7;

/** An edge to each earlier record, or none. */
const graphs = fc.record({
  edges: fc.array(fc.constantFrom("none", "none", "stated", "bound"), {
    minLength: (SIZE * (SIZE - 1)) / 2,
    maxLength: (SIZE * (SIZE - 1)) / 2,
  }),
  /** Which claims fall. */
  fallen: fc.array(fc.nat(SIZE - 1), { minLength: 1, maxLength: 3 }),
  order: fc.infiniteStream(fc.nat(1_000)),
});

type Kind = "stated" | "bound";
type Edge = { readonly child: number; readonly parent: number; readonly kind: Kind };
type Label = { readonly depth: number; readonly cause: string };

const scene = () => lineageScene(connection);

/** Records 0..SIZE-1 of a claim each, in which later ones name earlier ones, all of it shown to the chain. */
async function playGraph(ground: LineageScene, kinds: readonly string[]) {
  const results: Result[] = [];
  const edges: Edge[] = [];
  let at = 0;
  for (let child = 0; child < SIZE; child++) {
    const above = Array.from({ length: child }, (_, parent) => ({ parent, kind: kinds[at++]! })).filter(
      ({ kind }) => kind !== "none",
    );
    const bound = above.filter(({ kind }) => kind === "bound").slice(0, 3);
    const shared = bound.map(({ parent }) => results[parent]!.outputs[0]!);
    const inputs = [...shared, ...ground.fresh(3 - shared.length)];
    const parents = above.map(({ parent }) => ground.parentOf(results[parent]!));
    const result = await ground.claimed({ inputs, parents });
    for (const [position, { parent }] of above.entries()) {
      await ground.lineage.stateEdge(...statement(result, position, results[parent]!));
      const isBound = bound.some((edge) => edge.parent === parent);
      if (isBound) await ground.lineage.bindEdge(...binding(ground, result, results[parent]!));
      edges.push({ child, parent, kind: isBound ? "bound" : "stated" });
    }
    results.push(result);
  }
  return { results, edges };
}

/** What every label comes to: the shortest path from a fallen claim, the least id among the shortest. */
function expectedLabels(
  results: readonly Result[],
  edges: readonly Edge[],
  fallen: ReadonlySet<number>,
  over: readonly Kind[],
): (Label | undefined)[] {
  const labels: (Label | undefined)[] = [];
  for (const [record, { ref }] of results.entries()) {
    const candidates = edges
      .filter(({ child, kind }) => child === record && over.includes(kind))
      .flatMap(({ parent }) => labels[parent] ?? [])
      .map(({ depth, cause }) => ({ depth: depth + 1, cause }));
    if (fallen.has(record)) candidates.push({ depth: 0, cause: ref.claimId });
    candidates.sort((a, b) => a.depth - b.depth || (BigInt(a.cause) < BigInt(b.cause) ? -1 : 1));
    labels.push(candidates[0]);
  }
  return labels;
}

describe("invariant: taint", () => {
  it("comes to the same in every order of pushes, and is what the graph says", async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async ({ edges: kinds, fallen, order }) => {
        const ground = await networkHelpers.loadFixture(scene);
        const { results, edges } = await playGraph(ground, kinds);
        const down = new Set(fallen);
        for (const record of down) await ground.fall(results[record]!);
        const snapshot = await networkHelpers.takeSnapshot();
        for (let shuffle = 0; shuffle < 2; shuffle++) {
          await pushAll(ground, results, shuffled(edges, order));
          const told = await labelsFromEvents(ground);
          for (const [kind, over] of [
            ["stated", ["stated", "bound"]],
            ["bound", ["bound"]],
          ] as const) {
            const expected = expectedLabels(results, edges, down, over);
            for (const [record, { ref }] of results.entries()) {
              const { status, depth, cause } = (await ground.lineage.taintOf(ref))[kind];
              const found = status === 0n ? undefined : { depth: Number(depth), cause };
              expect(found, `${kind} label of record ${record}`).to.deep.equal(expected[record]);
              // The fault of its own claim is an event of the claim book.
              if (down.has(record)) continue;
              expect(
                told[kind].get(ref.claimId),
                `${kind} label of record ${record} in events`,
              ).to.deep.equal(expected[record]);
            }
          }
          await snapshot.restore();
        }
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});

const shuffled = (edges: readonly Edge[], order: Iterable<number>): Edge[] => {
  const keys = order[Symbol.iterator]();
  return edges
    .map((edge) => ({ edge, key: keys.next().value as number }))
    .sort((a, b) => a.key - b.key)
    .map(({ edge }) => edge);
};

/** Labels by claim, as somebody has them who sees nothing but events (docs/spec/lineage.md). */
async function labelsFromEvents({ lineage }: LineageScene): Promise<Record<Kind, Map<string, Label>>> {
  const told = { stated: new Map<string, Label>(), bound: new Map<string, Label>() };
  for (const { args } of await lineage.queryFilter(lineage.filters.TaintPushed())) {
    const offered = { depth: Number(args.depth), cause: args.cause };
    for (const labels of args.path === BigInt(EDGE.BOUND) ? [told.stated, told.bound] : [told.stated]) {
      const known = labels.get(args.childClaim);
      if (known === undefined || isLess(offered, known)) labels.set(args.childClaim, offered);
    }
  }
  return told;
}

const isLess = (a: Label, b: Label): boolean =>
  a.depth < b.depth || (a.depth === b.depth && BigInt(a.cause) < BigInt(b.cause));

/** Round after round in the given order, until no push changes anything. */
async function pushAll(
  { lineage }: LineageScene,
  results: readonly Result[],
  edges: readonly Edge[],
): Promise<void> {
  for (let changed = true; changed;) {
    changed = false;
    for (const { child, parent } of edges) {
      const push = [results[child]!.ref, results[parent]!.ref] as const;
      const does = await lineage.pushTaint.staticCall(...push).catch((error: Error) => {
        if (!error.message.includes("ParentNotTainted")) throw error;
        return false;
      });
      if (!does) continue;
      await lineage.pushTaint(...push);
      changed = true;
    }
  }
}
