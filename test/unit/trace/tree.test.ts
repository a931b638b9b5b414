import { expect } from "chai";
import { concat, keccak256 } from "ethers";

import { OnusError } from "../../../src/errors/onus-error.js";
import { depthOf } from "../../../src/program/tensor-table.js";
import {
  absentNode,
  openingBytes,
  openPositions,
  positionsOf,
  rootFromOpening,
  rootOfBytes,
  rootOfItems,
  treeOfBytes,
  treeOfItems,
} from "../../../src/trace/tree.js";

const zeros = (length: number): Uint8Array => new Uint8Array(length);
const ramp = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + 1) & 255);
const hex = (bytes: Uint8Array): string => "0x" + Buffer.from(bytes).toString("hex");
const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof OnusError) return error.code;
    throw error;
  }
  return "none";
};

describe("tree", () => {
  it("has depth ceil(log2(count)), and 0 for one position or none", () => {
    expect([0, 1, 2, 3, 4, 5, 8, 9, 65_536, 65_537, 2 ** 22].map(depthOf)).to.deep.equal([
      0, 0, 1, 2, 2, 3, 3, 4, 16, 17, 22,
    ]);
  });

  it("pads the last leaf with zeros, and absent leaves are zero leaves", () => {
    const leaf = (from: number): string => {
      const bytes = zeros(128);
      bytes.set(ramp(300).subarray(from, from + 128));
      return keccak256(bytes);
    };
    const left = keccak256(concat([leaf(0), leaf(128)]));
    const right = keccak256(concat([leaf(256), keccak256(zeros(128))]));
    expect(hex(treeOfBytes(ramp(300)).root)).to.equal(keccak256(concat([left, right])));
    expect(hex(rootOfBytes(ramp(300)))).to.equal(keccak256(concat([left, right])));
  });

  it("takes items as the level-0 nodes: one item is the root, none has root 0", () => {
    const items = [ramp(32), ramp(64).subarray(32), ramp(96).subarray(64)];
    const left = keccak256(concat([items[0]!, items[1]!]));
    const right = keccak256(concat([items[2]!, zeros(32)]));
    expect(hex(rootOfItems(items))).to.equal(keccak256(concat([left, right])));
    expect(hex(rootOfItems([items[1]!]))).to.equal(hex(items[1]!));
    expect(hex(rootOfItems([]))).to.equal(hex(zeros(32)));
  });

  it("knows the absent nodes of every level", () => {
    expect(hex(absentNode("bytes", 3))).to.equal(hex(rootOfBytes(zeros(8 * 128))));
    expect(hex(absentNode("list", 2))).to.equal(hex(treeOfItems(zeros(4 * 32)).root));
  });

  it("opens absent positions below 2^depth as zeros", () => {
    const tree = treeOfBytes(ramp(5 * 128));
    const stream = openPositions(tree, [6]);
    expect(stream.subarray(0, 128)).to.deep.equal(zeros(128));
    expect(rootFromOpening({ form: "bytes", positions: [6], depth: 3, stream }).root).to.deep.equal(
      tree.root,
    );
  });

  it("carries no sibling that the opened positions give", () => {
    const tree = treeOfBytes(ramp(8 * 128));
    const positions = positionsOf([{ first: 2, count: 4 }]);
    const stream = openPositions(tree, positions);
    expect(stream.length).to.equal(4 * 128 + 2 * 32);
    expect(openingBytes({ form: "bytes", positions, depth: 3 })).to.equal(stream.length);
    expect(rootFromOpening({ form: "bytes", positions, depth: 3, stream })).to.deep.equal({
      root: tree.root,
      consumed: stream.length,
    });
  });

  it("refuses empty sets, repeated and missing positions, short streams and odd sizes by code", () => {
    const tree = treeOfBytes(ramp(5 * 128));
    expect(code(() => openPositions(tree, []))).to.equal("NOTHING_OPENED");
    expect(code(() => openPositions(tree, [1, 1]))).to.equal("POSITIONS_NOT_ASCENDING");
    expect(code(() => openPositions(tree, [8]))).to.equal("POSITION_OUT_OF_RANGE");
    expect(code(() => treeOfBytes(zeros(0)))).to.equal("EMPTY_TENSOR");
    expect(code(() => treeOfItems(zeros(33)))).to.equal("ITEM_SIZE");
    const stream = openPositions(tree, [1]).subarray(1);
    expect(code(() => rootFromOpening({ form: "bytes", positions: [1], depth: 3, stream }))).to.equal(
      "OPENING_TOO_SHORT",
    );
  });
});
