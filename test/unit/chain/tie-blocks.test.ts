import { expect } from "chai";
import fc from "fast-check";

import { readHeaders } from "../../../src/audit/read-headers.js";
import { readHeader } from "../../../src/audit/read-proof.js";
import { proveLink } from "../../../src/chain/prove-link.js";
import { tieBlocks } from "../../../src/chain/tie-blocks.js";
import type { TiedBlocks } from "../../../src/chain/tie-blocks.js";
import type { RawNode } from "../../../src/chain/read-evidence.js";
import { readHeaderBytes } from "../../../src/chain/read-evidence.js";
import { isOnusError } from "../../../src/errors/onus-error.js";
import { ZERO_ADDRESS } from "../../../src/types/address.js";
import { seededChain } from "../../../scripts/support/seeded-chain.js";

const PLENTY = { mostHeaders: 4_096, mostLinks: 64 };

describe("chain: blocks tied to the last of them", function () {
  this.timeout(120_000);
  /** Longer than the ring of block hashes. */
  const { node, add } = seededChain();
  const LAST = 8_500;
  before(async () => {
    for (let block = 0; block <= LAST; block++) await add([], 2);
  });

  /** Methods that this node was asked for, with the block of a proof. */
  function listening(answer: (method: string, block: number) => unknown = () => undefined) {
    const proofs: number[] = [];
    const heard: RawNode = {
      send: async (method, parameters) => {
        const block = Number(parameters[method === "eth_getProof" ? 2 : 0]);
        if (method === "eth_getProof") proofs.push(block);
        const found = answer(method, block);
        if (found instanceof Error) throw found;
        return found === undefined ? node.send(method, parameters) : found;
      },
    };
    return { node: heard, proofs };
  }
  const noStates = (method: string) =>
    method === "eth_getProof" ? new Error("missing trie node") : undefined;

  /** What a checker says of it: the blocks are tied, and those that are not are listed. */
  function check({ headers, links, block, others }: TiedBlocks): void {
    const trust = { chainId: 1, onus: ZERO_ADDRESS, block, others };
    expect(readHeaders(trust, { headers, links })).to.have.length(headers.length);
  }
  const linksOf = ({ links }: TiedBlocks) => links.map(({ from, to }) => [from, to]);
  const othersOf = ({ others }: TiedBlocks) => others.map(({ number }) => number);

  it("goes by headers over ten blocks or fewer, and by a link over more", async () => {
    const tied = await tieBlocks(node, [100, 111, 123, 124], PLENTY);
    check(tied);
    expect(linksOf(tied)).to.deep.equal([[123, 111]]);
    expect(tied.headers).to.have.length(4 + 10);
    expect(othersOf(tied)).to.deep.equal([]);
  });

  it("reaches back over the whole ring by one link, and further by as few as there can be", async () => {
    const whole = await tieBlocks(node, [LAST - 8_191, LAST], PLENTY);
    check(whole);
    expect(linksOf(whole)).to.deep.equal([[LAST, LAST - 8_191]]);
    const more = await tieBlocks(node, [LAST - 8_192, LAST], PLENTY);
    check(more);
    expect(linksOf(more)).to.deep.equal([
      [LAST - 4_096, LAST - 8_192],
      [LAST, LAST - 4_096],
    ]);
    const over = await tieBlocks(node, [3, 5_000, LAST], PLENTY);
    check(over);
    expect(linksOf(over)).to.deep.equal([
      [5_000, 3],
      [LAST, 5_000],
    ]);
  });

  it("without old states: headers as far as they go, and the rest is to be trusted, with the reason", async () => {
    const { node: young, proofs } = listening(noStates);
    const tied = await tieBlocks(young, [10, 50, 4_000, LAST], { mostHeaders: 100, mostLinks: 64 });
    check(tied);
    expect(tied.links).to.deep.equal([]);
    expect(tied.headers).to.have.length(4 + 39);
    expect(othersOf(tied)).to.deep.equal([50, 4_000]);
    expect(tied.reasons.map(({ message }) => message)).to.deep.equal([
      "no link ties block 50 to block 4000: missing trie node",
      "no link ties block 4000 to block 8500: missing trie node",
    ]);
    // One question for each gap, however many links it takes.
    expect(proofs).to.have.length(3);
  });

  it("with the states of some time: links as far as they go, and the rest is to be trusted", async () => {
    const { node: half } = listening((method, block) => (block < 4_500 ? noStates(method) : undefined));
    const tied = await tieBlocks(half, [10, 4_000, 6_000, LAST], PLENTY);
    check(tied);
    expect(linksOf(tied)).to.deep.equal([
      [6_000, 4_000],
      [LAST, 6_000],
    ]);
    expect(tied.headers.length).to.equal(4 + 3_989);
    expect(othersOf(tied)).to.deep.equal([]);
    const few = await tieBlocks(half, [10, 4_000, 6_000, LAST], { ...PLENTY, mostHeaders: 0 });
    check(few);
    expect(othersOf(few)).to.deep.equal([10]);
  });

  it("with fewer links than it takes: those of the shortest gaps", async () => {
    const tied = await tieBlocks(node, [3, 5_000, LAST], { mostHeaders: 0, mostLinks: 1 });
    check(tied);
    expect(linksOf(tied)).to.deep.equal([[LAST, 5_000]]);
    expect(othersOf(tied)).to.deep.equal([3]);
    expect(tied.reasons[0]?.message).to.contain("it takes 1 links, 0 more are allowed");
  });

  it("ties blocks that follow each other without any of either", async () => {
    const tied = await tieBlocks(node, [7, 8, 9], { mostHeaders: 0, mostLinks: 0 });
    check(tied);
    expect(tied.headers).to.have.length(3);
  });

  it("whatever the blocks, the limits and the states there are, a checker takes it, and as much is tied as can be", async () => {
    const edge = fc.constantFrom(0, 1, 11, 12, LAST - 8_192, LAST - 8_191, LAST - 12, LAST - 11, LAST - 1);
    const blocks = fc.uniqueArray(fc.oneof(edge, fc.nat(LAST - 1)), { minLength: 1, maxLength: 8 });
    const limits = fc.record({ mostHeaders: fc.nat(60), mostLinks: fc.oneof(fc.constant(64), fc.nat(9)) });
    const oldest = fc.oneof(fc.constant(0), fc.nat(LAST));
    await fc.assert(
      fc.asyncProperty(blocks, limits, oldest, async (some, given, since) => {
        const { node: partial } = listening((method, block) =>
          block < since ? noStates(method) : undefined,
        );
        const wanted = [...some, LAST].sort((a, b) => a - b);
        const tied = await tieBlocks(partial, wanted, given);
        check(tied);
        expect(tied.reasons).to.have.length(tied.others.length);
        expect(tied.links.length).to.be.at.most(given.mostLinks);
        const filled = tied.headers.length - new Set([...wanted, ...tied.links.map(({ from }) => from)]).size;
        expect(filled).to.be.at.most(given.mostHeaders);
        if (since === 0 && given.mostLinks === 64) expect(tied.others).to.deep.equal([]);
      }),
      { numRuns: 60 },
    );
  });

  it("takes no proof that a checker would refuse", async () => {
    const [above, below, other] = (await readHeaderBytes(node, [900, 400, 401])).map((hex) =>
      readHeader(hex)!,
    );
    const honest = (await node.send("eth_getProof", [undefined, [`0x${"00".repeat(31)}07`], "0x384"])) as {
      accountProof: string[];
      storageProof: { proof: string[] }[];
    };
    const [slot] = honest.storageProof;
    const answers = [
      [null, "the node answers eth_getProof with nothing"],
      [{ accountProof: honest.accountProof, storageProof: [] }, "the node answers eth_getProof with nothing"],
      [{ storageProof: [slot] }, "the node answers eth_getProof with nothing"],
      [honest, "the node's hash is not what stands above it"],
      [
        { ...honest, accountProof: honest.accountProof.slice(1) },
        "the node's hash is not what stands above it",
      ],
      [
        { ...honest, storageProof: [{ ...slot, value: "0x0" }] },
        "its hash is in no slot: the chain took EIP-2935 up later",
      ],
    ] as const;
    for (const [answer, reason] of answers) {
      const lying = listening((method) => (method === "eth_getProof" ? answer : undefined));
      const refused = await proveLink(lying.node, above!, below!).catch((error: unknown) => error);
      expect(isOnusError(refused, "LINK_MISSING") && refused.context.reason).to.equal(reason);
    }
    // The ring knows block 400 by another hash than the one that is asked about.
    const refused = await proveLink(node, above!, { ...other!, number: 400 }).catch((error: Error) => error);
    expect(isOnusError(refused, "LINK_MISSING") && refused.message).to.contain("the state has");
    expect(await proveLink(node, above!, below!)).to.include({ from: 900, to: 400 });
  });
});
