import { expect } from "chai";

import { nodeAt, treeOfBytes, treeOfItems } from "../../../src/trace/tree.js";
import { withNode } from "../../../scripts/trial/forged-node.js";

const filled = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + 1) & 0xff);

describe("a tree with another node", () => {
  it("is the tree over other items when the node is an item", () => {
    const items = filled(5 * 32);
    const other = items.slice();
    other.fill(9, 2 * 32, 3 * 32);
    const forged = withNode(treeOfItems(items), { level: 0, index: 2 }, new Uint8Array(32).fill(9));
    expect(forged.root).to.deep.equal(treeOfItems(other).root);
  });

  it("is the longer tree when an item appears where none was", () => {
    const items = filled(5 * 32);
    const longer = new Uint8Array(7 * 32);
    longer.set(items);
    longer.fill(9, 6 * 32);
    const forged = withNode(treeOfItems(items), { level: 0, index: 6 }, new Uint8Array(32).fill(9));
    expect(forged.root).to.deep.equal(treeOfItems(longer).root);
  });

  it("keeps every node that is not above the other one", () => {
    const tree = treeOfBytes(filled(128 * 6));
    const node = new Uint8Array(32).fill(3);
    const forged = withNode(tree, { level: 1, index: 3 }, node);
    expect(nodeAt(forged, 1, 3)).to.deep.equal(node);
    for (const [level, index] of [
      [0, 5],
      [1, 2],
      [2, 0],
    ] as const) {
      expect(nodeAt(forged, level, index), `${level}/${index}`).to.deep.equal(nodeAt(tree, level, index));
    }
    expect(nodeAt(forged, 2, 1)).not.to.deep.equal(nodeAt(tree, 2, 1));
    expect(forged.root).not.to.deep.equal(tree.root);
  });
});
