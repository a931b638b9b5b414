import { expect } from "chai";

import type { Bundle, Evidence, Link } from "../../../src/audit/bundle.js";
import { readHeader } from "../../../src/audit/read-proof.js";
import { verifyBundle } from "../../../src/audit/verify-bundle.js";
import { bundleTools } from "../../../src/chain/bundle-tools.js";
import { collectBundle } from "../../../src/chain/collect-bundle.js";
import { proveLink } from "../../../src/chain/prove-link.js";
import { readHeaderBytes } from "../../../src/chain/read-evidence.js";
import { isOnusError } from "../../../src/errors/onus-error.js";
import { evidencePlan } from "../../../src/indexer/query-claims.js";
import type { SeededChain } from "../../../scripts/support/seeded-chain.js";
import { openSeededIndex, seededLife } from "../../support/seeded-index.js";

const NOTHING = { recordIndex: null, tensorRoot: null, receipt: null, inputs: null };

describe("audit: what ties the blocks of a bundle together", function () {
  this.timeout(120_000);
  let chain: SeededChain;
  /** Blocks that links tie, and in front of them some that are parents of the next. */
  let bundle: Bundle;

  before(async () => {
    const life = await seededLife(80, 5);
    ({ chain } = life);
    const index = await openSeededIndex(chain);
    await index.catchUp();
    const { deployment, node } = chain;
    const [claim] = life.history.claims;
    const plan = await evidencePlan(index.reading, claim!.id, { record: undefined });
    const limits = { mostHeaders: 4_096, mostLinks: 64 };
    bundle = await collectBundle({ node, deployment, plan, about: NOTHING, limits });
    await index.close();
    expect(bundle.evidence.links).to.have.length.greaterThan(0);
    expect(refusal({})).to.deep.equal([]);
  });

  /** The fields that are named when the bundle has other evidence. */
  function refusal(evidence: Partial<Evidence>, others = bundle.trust.others): readonly string[] {
    const trust = { ...bundle.trust, others };
    try {
      verifyBundle({ ...bundle, trust, evidence: { ...bundle.evidence, ...evidence } }, bundleTools);
      return [];
    } catch (error) {
      if (isOnusError(error, "BUNDLE_REFUSED")) return error.context.fields;
      throw error;
    }
  }

  async function headersOf(...numbers: number[]) {
    const bytes = await readHeaderBytes(chain.node, numbers);
    return bytes.map((hex) => ({ hex, header: readHeader(hex)! }));
  }
  async function linkOf(from: number, to: number): Promise<Link> {
    const [above, below] = await headersOf(from, to);
    return proveLink(chain.node, above!.header, below!.header);
  }
  const numbers = () => bundle.evidence.headers.map((hex) => readHeader(hex)!.number);
  /** Puts a block among those of the bundle. */
  async function withBlock(number: number) {
    const [added] = await headersOf(number);
    const at = numbers().filter((one) => one < number).length;
    return { at, headers: bundle.evidence.headers.toSpliced(at, 0, added!.hex) };
  }
  const lastLink = () => bundle.evidence.links.length - 1;

  it("a bundle that is tied by links rests on one block", () => {
    expect(bundle.trust.others).to.deep.equal([]);
    expect(numbers().at(-1)! - numbers()[0]!).to.be.greaterThan(20);
  });

  it("refuses a header that no link ties when the link is left out", () => {
    const { links } = bundle.evidence;
    const at = numbers().indexOf(links[0]!.to);
    expect(refusal({ links: links.slice(1) })).to.deep.equal([`evidence.headers.${at}`]);
  });

  it("refuses a link that is there twice, and one to a block that is the parent of the next", async () => {
    const { links } = bundle.evidence;
    expect(refusal({ links: [links[0]!, ...links] })).to.deep.equal(["evidence.links.0"]);
    const child = numbers().findIndex((number, at) => numbers()[at - 1] === number - 1);
    const parent = numbers()[child - 1]!;
    const all = [...links, await linkOf(numbers().at(-1)!, parent)].sort((a, b) => a.to - b.to);
    expect(refusal({ links: all }).some((field) => field.startsWith("evidence.links."))).to.equal(true);
  });

  it("refuses a link to a block that is not in the bundle", async () => {
    const { links } = bundle.evidence;
    const absent = Array.from({ length: 60 }, (_, number) => number).find((one) => !numbers().includes(one));
    const all = [...links, await linkOf(numbers().at(-1)!, absent!)].sort((a, b) => a.to - b.to);
    expect(refusal({ links: all }).some((field) => field.startsWith("evidence.links."))).to.equal(true);
  });

  it("refuses a block that no event needs, whatever ties it", async () => {
    const { links } = bundle.evidence;
    // In the middle of a gap, tied by a link from the last block.
    const { from, to } = links[lastLink()]!;
    const number = from - 3;
    const { at, headers } = await withBlock(number);
    const all = [...links, await linkOf(numbers().at(-1)!, number)].sort((a, b) => a.to - b.to);
    expect(numbers()).not.to.include(number);
    expect(number).to.be.greaterThan(to);
    expect(refusal({ headers, links: all })).to.deep.equal([`evidence.headers.${at}`]);
    // As the parent of the next.
    const parent = await withBlock(from - 1);
    expect(refusal({ headers: parent.headers })).to.deep.equal([`evidence.headers.${parent.at}`]);
  });

  it("takes the same block when a link leads over it", async () => {
    const { links } = bundle.evidence;
    const { from, to } = links[lastLink()]!;
    const { headers } = await withBlock(from - 3);
    const over = [await linkOf(from - 3, to), await linkOf(from, from - 3)];
    expect(refusal({ headers, links: [...links.slice(0, -1), ...over] })).to.deep.equal([]);
  });

  it("refuses a link that begins at a block that is not tied yet, at its own end, or nowhere", async () => {
    const { links } = bundle.evidence;
    const last = links[lastLink()]!;
    const field = `evidence.links.${lastLink()}.from`;
    const change = (from: number) => [...links.slice(0, -1), { ...last, from }];
    for (const from of [last.to, numbers()[0]!, last.from + 1_000, -1])
      expect(refusal({ links: change(from) })).to.deep.equal([field]);
    // A pair that tie each other, and nothing above them.
    const { headers } = await withBlock(last.from - 3);
    const circle = [
      { ...last, from: last.from - 3 },
      { ...last, from: last.to, to: last.from - 3 },
    ];
    expect(refusal({ headers, links: [...links.slice(0, -1), ...circle] })).to.deep.equal([
      `evidence.links.${lastLink() + 1}.from`,
    ]);
  });

  it("refuses links in another order", () => {
    const { links } = bundle.evidence;
    expect(links).to.have.length.greaterThan(1);
    expect(refusal({ links: links.toReversed() })[0]).to.match(/^evidence\.links\.\d+\.to$/);
  });

  it("refuses a link of one block as that of another", async () => {
    const { links } = bundle.evidence;
    const last = links[lastLink()]!;
    const other = await linkOf(last.from, last.to + 1);
    const at = numbers().indexOf(last.to);
    expect(refusal({ links: [...links.slice(0, -1), other] })).to.deep.equal([
      `evidence.links.${lastLink()}.to`,
      `evidence.headers.${at}`,
    ]);
    const renamed = { ...other, to: last.to };
    expect(refusal({ links: [...links.slice(0, -1), renamed] })[0]).to.match(
      new RegExp(`^evidence\\.links\\.${lastLink()}\\.storage`),
    );
  });

  it("refuses a header that is not the block which the state knows by its number", async () => {
    const { links, headers } = bundle.evidence;
    const at = numbers().indexOf(links[lastLink()]!.to);
    // Of the same number, on a chain that went another way.
    const elsewhere = (await seededLife(60, 6)).chain;
    const [forged] = await readHeaderBytes(elsewhere.node, [numbers()[at]!]);
    expect(forged).not.to.equal(headers[at]);
    expect(refusal({ headers: headers.with(at, forged!) })).to.deep.equal([
      `evidence.headers.${at}`,
      `evidence.links.${lastLink()}.to`,
    ]);
  });

  it("refuses a block that is said to be trusted as well as tied", async () => {
    const [other] = await headersOf(bundle.evidence.links[0]!.to);
    const { number, hash } = other!.header;
    expect(refusal({}, [{ number, hash }])).to.deep.equal(["evidence.links.0"]);
    const child = numbers().findIndex((one, at) => numbers()[at - 1] === one - 1);
    const [parent] = await headersOf(numbers()[child - 1]!);
    const named = { number: parent!.header.number, hash: parent!.header.hash };
    expect(refusal({}, [named])).to.deep.equal(["trust.others.0"]);
  });

  it("refuses a trusted block that is there twice, also under two numbers, and one that no header is", () => {
    const { links, headers } = bundle.evidence;
    // The first block is trusted instead of tied.
    const { number, hash } = readHeader(headers[numbers().indexOf(links[0]!.to)]!)!;
    const untied = { links: links.slice(1) };
    const itself = { number, hash };
    expect(refusal(untied, [itself])).to.deep.equal([]);
    expect(refusal(untied, [itself, itself])).to.deep.equal(["trust.others.0"]);
    expect(refusal(untied, [{ number: number + 1, hash }, itself])).to.deep.equal(["trust.others.0"]);
    expect(refusal(untied, [{ number: number + 1, hash }])).to.deep.equal(["trust.others.0.number"]);
    expect(refusal(untied, [bundle.trust.block, itself])).to.deep.equal(["trust.others.0"]);
    expect(refusal(untied, [itself, bundle.trust.block])).to.deep.equal([
      `evidence.headers.${numbers().indexOf(links[0]!.to)}`,
      "trust.others.1.hash",
    ]);
  });

  it("refuses trusted blocks that do not ascend", async () => {
    const [other] = await headersOf(numbers().at(-1)! + 5);
    const { number, hash } = other!.header;
    const headers = [other!.hex, ...bundle.evidence.headers];
    expect(refusal({ headers }, [{ number, hash }])).to.deep.equal([
      "evidence.headers.0",
      "evidence.headers.1",
    ]);
  });
});
