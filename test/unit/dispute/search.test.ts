import { expect } from "chai";
import fc from "fast-check";

import { bytesKnown, knownTree } from "../../../src/dispute/known-tree.js";
import { firstDifference } from "../../../src/dispute/locate-fault.js";
import { descentFrom, questionKey } from "../../../src/dispute/question.js";
import { reveal, search } from "../../../src/dispute/search.js";
import type { Sight } from "../../../src/dispute/search.js";
import { depthOf } from "../../../src/program/tensor-table.js";
import { leafAt, nodeAt, openPositions, treeOfBytes, treeOfItems } from "../../../src/trace/tree.js";
import type { Tree, TreeForm } from "../../../src/trace/tree.js";
import { bytes32From } from "../../../src/types/bytes32.js";
import type { Bytes32 } from "../../../src/types/bytes32.js";

const unit = (form: TreeForm): number => (form === "bytes" ? 128 : 32);
const treeOf = (form: TreeForm, bytes: Uint8Array): Tree =>
  form === "bytes" ? treeOfBytes(bytes) : treeOfItems(bytes);

/** A tree of noise, the same for the same seed. */
function someTree(form: TreeForm, count: number, seed: number): Tree {
  const bytes = Uint8Array.from(
    { length: count * unit(form) },
    (_, at) => (Math.imul(at + 1, seed | 1) >>> 13) & 0xff,
  );
  return treeOf(form, bytes);
}

/** A tree that is another one at some positions, absent ones too. */
function changedAt(tree: Tree, positions: readonly number[]): Tree {
  const size = unit(tree.form);
  const count = Math.max(tree.count, ...positions.map((position) => position + 1));
  const bytes = new Uint8Array(count * size);
  bytes.set(tree.source);
  for (const position of positions) bytes[position * size + 5] = bytes[position * size + 5]! ^ 0x40;
  return treeOf(tree.form, bytes);
}

/** What whoever committed to `tree` answers about what stands below a node. */
function answerBelow(tree: Tree, level: number, index: number): readonly [key: Bytes32, data: Uint8Array] {
  const { form, levels } = descentFrom(tree.form, level)!;
  const first = index * 2 ** levels;
  const parts = Array.from({ length: 2 ** levels }, (_, i) =>
    form === "leaves" ? leafAt(tree, first + i) : nodeAt(tree, level - levels, first + i),
  );
  const { key } = questionKey(form, levels, bytes32From(nodeAt(tree, level, index)));
  return [key, Uint8Array.from(Buffer.concat(parts))];
}

/** Asks until nothing is left to ask. */
function askAll(theirs: Tree, count: number, look: (answers: Map<Bytes32, Uint8Array>) => Sight) {
  const answers = new Map<Bytes32, Uint8Array>();
  for (let rounds = 0; ; rounds++) {
    const sight = look(answers);
    if (sight.kind !== "ask") return { sight, rounds, answers };
    answers.set(...answerBelow(theirs, sight.at.level, sight.at.index));
    expect(answers.size, "something was asked twice").to.equal(rounds + 1);
    expect(rounds).to.be.below(2 * count + 4);
  }
}

const forms = fc.constantFrom<TreeForm>("bytes", "list");
const counts = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1_100 }));

describe("dispute: searching a tree that somebody else committed to", () => {
  it("finds the first difference, and asks no more than the depth takes", () => {
    fc.assert(
      fc.property(
        forms,
        counts,
        fc.integer(),
        fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
        (form, count, seed, places) => {
          const own = someTree(form, count, seed);
          const positions = places.map((place) => place % count);
          const theirs = changedAt(own, positions);
          if (Buffer.compare(own.root, theirs.root) === 0) return;
          const { sight, rounds, answers } = askAll(theirs, count, (known) =>
            search(knownTree({ form, count, root: theirs.root }, known, own), own),
          );
          const position = firstDifference(own, theirs)!;
          expect(sight).to.deep.equal({ kind: "differs", position });
          const most =
            form === "list" ? Math.ceil(own.depth / 6) : 1 + Math.ceil(Math.max(0, own.depth - 4) / 6);
          expect(rounds).to.be.at.most(most);

          const known = knownTree({ form, count, root: theirs.root }, answers, own);
          for (const opened of [[position], [...new Set([0, position >> 1, position])]]) {
            expect(openPositions(known, opened)).to.deep.equal(openPositions(theirs, opened));
          }
        },
      ),
    );
  });

  it("finds what stands where nothing may, at the level at which it is seen", () => {
    fc.assert(
      fc.property(forms, counts, fc.integer(), fc.nat(), (form, count, seed, place) => {
        const own = someTree(form, count, seed);
        const room = 2 ** own.depth - count;
        if (room === 0) return;
        const stray = count + (place % room);
        const theirs = changedAt(own, [stray]);
        const { sight, answers } = askAll(theirs, count, (known) =>
          search(knownTree({ form, count, root: theirs.root }, known, own), own),
        );
        if (sight.kind !== "not-absent") throw new Error(JSON.stringify(sight));
        const { level, index } = sight.at;
        expect(index * 2 ** level).to.be.at.least(count);
        expect(Math.floor(stray / 2 ** level)).to.equal(index);
        const known = knownTree({ form, count, root: theirs.root }, answers, own);
        expect(nodeAt(known, level, index)).to.deep.equal(nodeAt(theirs, level, index));
        const judged = askAll(theirs, count, (seen) =>
          reveal(knownTree({ form, count, root: theirs.root }, seen, own), "judged"),
        );
        expect(judged.sight.kind).to.equal("not-absent");
      }),
    );
  });

  it("sees nothing in a tree that is one's own, and asks nothing", () => {
    const own = someTree("bytes", 700, 3);
    const known = knownTree({ form: "bytes", count: 700, root: own.root }, new Map(), own);
    expect(search(known, own)).to.deep.equal({ kind: "clear" });
    expect(reveal(known, "judged")).to.deep.equal({ kind: "clear" });
  });

  it("asks four times at most in the deepest tensor, and four in the longest list", () => {
    for (const [form, depth, most] of [
      ["bytes", 22, 4],
      ["list", 20, 4],
    ] as const) {
      const levels: number[] = [];
      for (let level: number = depth; ;) {
        const descent = descentFrom(form, level);
        if (descent === undefined) break;
        levels.push(descent.levels);
        if (descent.form === "leaves") break;
        level -= descent.levels;
      }
      expect(levels).to.have.lengthOf(most);
      expect(levels.reduce((sum, one) => sum + one)).to.equal(depth);
    }
  });

  it("says of what is not known that it is not", () => {
    const own = someTree("list", 200, 3);
    const theirs = changedAt(own, [150]);
    const known = knownTree({ form: "list", count: 200, root: theirs.root }, new Map(), own);
    expect(() => nodeAt(known, 3, 0))
      .to.throw()
      .with.property("code", "NODE_UNKNOWN");
    const bytes = knownTree(
      { form: "bytes", count: 200, root: theirs.root },
      new Map(),
      someTree("bytes", 200, 1),
    );
    expect(() => leafAt(bytes, 0))
      .to.throw()
      .with.property("code", "NODE_UNKNOWN");
  });
});

describe("dispute: revealing a tree without a guess", () => {
  it("asks for every part that is present once, and knows all of it then", () => {
    fc.assert(
      fc.property(forms, fc.integer({ min: 1, max: 300 }), fc.integer(), (form, count, seed) => {
        const theirs = someTree(form, count, seed);
        for (const absence of ["judged", "ignored"] as const) {
          const { sight, rounds, answers } = askAll(theirs, count, (known) =>
            reveal(knownTree({ form, count, root: theirs.root }, known), absence),
          );
          expect(sight).to.deep.equal({ kind: "clear" });
          const known = knownTree({ form, count, root: theirs.root }, answers);
          for (let position = 0; position < count; position++) {
            const there = form === "bytes" ? leafAt(known, position) : nodeAt(known, 0, position);
            expect(
              Buffer.compare(
                there,
                form === "bytes" ? leafAt(theirs, position) : nodeAt(theirs, 0, position),
              ),
            ).to.equal(0);
          }
          const parts = form === "bytes" ? Math.ceil(count / 16) : Math.ceil(count / 64);
          expect(rounds).to.be.at.most(2 * parts + depthOf(count));
        }
      }),
      { numRuns: 30 },
    );
  });

  it("asks only for what differs from a guess", () => {
    const guess = someTree("bytes", 1_000, 7);
    const theirs = changedAt(guess, [3, 900]);
    const { sight, rounds } = askAll(theirs, 1_000, (known) =>
      reveal(knownTree({ form: "bytes", count: 1_000, root: theirs.root }, known, guess), "judged"),
    );
    expect(sight).to.deep.equal({ kind: "clear" });
    expect(rounds).to.equal(3);
  });

  it("asks nothing about leaves that are zeros, present or absent", () => {
    const bytes = new Uint8Array(128 * 200);
    bytes.set([1], 128 * 70);
    const theirs = treeOfBytes(bytes);
    const { sight, rounds, answers } = askAll(theirs, 200, (known) =>
      reveal(knownTree({ form: "bytes", count: 200, root: theirs.root }, known), "judged"),
    );
    expect(sight).to.deep.equal({ kind: "clear" });
    // The root's nodes, and the sixteen leaves that hold the one.
    expect(rounds).to.equal(2);
    const known = knownTree({ form: "bytes", count: 200, root: theirs.root }, answers);
    expect(bytesKnown(known)).to.deep.equal(bytes);
  });

  it("calls the root of an empty list a stray unless it is zero, or nobody reads it", () => {
    const empty = treeOfItems(new Uint8Array(0));
    const zero = knownTree({ form: "list", count: 0, root: empty.root }, new Map());
    const noise = knownTree({ form: "list", count: 0, root: new Uint8Array(32).fill(1) }, new Map());
    expect(reveal(zero, "judged")).to.deep.equal({ kind: "clear" });
    expect(reveal(noise, "judged")).to.deep.equal({ kind: "not-absent", at: { level: 0, index: 0 } });
    expect(reveal(noise, "ignored")).to.deep.equal({ kind: "clear" });
    expect(search(noise, empty)).to.deep.equal({ kind: "not-absent", at: { level: 0, index: 0 } });
  });
});
