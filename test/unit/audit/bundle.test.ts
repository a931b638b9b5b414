import { expect } from "chai";
import { Wallet } from "ethers";

import type { Bundle } from "../../../src/audit/bundle.js";
import type { BundleTools, ReadLog } from "../../../src/audit/bundle-tools.js";
import { verifyBundle } from "../../../src/audit/verify-bundle.js";
import { bundleTools } from "../../../src/chain/bundle-tools.js";
import { collectBundle } from "../../../src/chain/collect-bundle.js";
import type { BundleSubject } from "../../../src/chain/collect-bundle.js";
import { reportOf, summaryOf } from "../../../src/cli/report-bundle.js";
import { receiptTypedData } from "../../../src/claim/receipt.js";
import type { Receipt } from "../../../src/claim/receipt.js";
import { isOnusError } from "../../../src/errors/onus-error.js";
import { keepRecords } from "../../../src/indexer/keep-records.js";
import { evidencePlan } from "../../../src/indexer/query-claims.js";
import { decodeBundle, encodeBundle, parseBundle } from "../../../src/store/bundle-file.js";
import { asAddress } from "../../../src/types/address.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { postedOf } from "../../../scripts/support/seed-history.js";
import type { SeededClaim } from "../../../scripts/support/seed-history.js";
import { openSeededIndex, seededLife } from "../../support/seeded-index.js";
import { changedLeaf, leavesOf } from "../../support/change-leaf.js";

const NOTHING: BundleSubject = { recordIndex: null, tensorRoot: null, receipt: null, inputs: null };

describe("audit: evidence bundles", function () {
  this.timeout(600_000);

  /** Bundles of every kind about the claims of one seeded history. */
  async function bundles(count: number): Promise<readonly Bundle[]> {
    const { chain, history } = await seededLife(80, 5);
    const index = await openSeededIndex(chain);
    await index.catchUp();
    const { deployment, node } = chain;
    const claimBook = { chainId: BigInt(deployment.chainId), contract: deployment.claimBook };
    const court = { chainId: BigInt(deployment.chainId), contract: deployment.receiptCourt };
    const key = new Wallet(`0x${"17".repeat(32)}`);
    const receiptOf = async ({ claim, records }: SeededClaim) => {
      const receipt: Receipt = {
        operator: claim.operator,
        modelId: claim.modelId,
        record: records[0] as Receipt["record"],
        issuedAt: asSeconds(1_800_000_000n),
        inclusionDeadline: asSeconds(1_900_000_000n),
        liabilityWei: asWei(claim.liability),
        maxRecords: 8,
      };
      const { domain, types } = receiptTypedData(court);
      const signature = (await key.signTypedData(domain, types, receipt)) as `0x${string}`;
      return { receipt, court, signer: asAddress(key.address), signature };
    };
    const made: Bundle[] = [];
    for (const [at, seeded] of history.claims.slice(0, count).entries()) {
      await keepRecords(index.writing, claimBook, postedOf(seeded, 0));
      const output = seeded.records[0]?.outputRoot ?? null;
      const abouts: readonly BundleSubject[] = [
        NOTHING,
        { ...NOTHING, recordIndex: 0 },
        { ...NOTHING, recordIndex: 0, tensorRoot: output },
        { ...NOTHING, recordIndex: 0, receipt: await receiptOf(seeded) },
      ];
      const about = abouts[at % abouts.length] as BundleSubject;
      const plan = await evidencePlan(index.reading, seeded.id, { record: about.recordIndex ?? undefined });
      // Tied by headers alone, by both, and by neither: then the blocks far apart stay to be trusted one by one.
      const limits = { mostHeaders: at % 10 === 0 ? 200 : 12, mostLinks: at % 5 < 2 ? 0 : 64 };
      made.push(await collectBundle({ node, deployment, plan, about, limits }));
    }
    await index.close();
    return made;
  }

  it("holds when nothing is changed, and refuses every changed leaf by its name, in 100 bundles", async () => {
    const all = await bundles(100);
    const kinds = new Set(all.map(({ subject }) => subject.kind));
    expect([...kinds].sort()).to.deep.equal(["claim", "output", "receipt", "record"]);
    expect(new Set(all.map(({ statement }) => statement.verdict.phase))).to.include.members([
      "FINAL",
      "FAULTED",
    ]);
    expect(all.filter(({ evidence }) => evidence.links.length > 0)).to.have.length.greaterThan(50);
    expect(all.filter(({ trust }) => trust.others.length > 0)).to.have.length.greaterThan(20);
    const elsewhere = all.filter(({ evidence }) => evidence.parents?.some((parent) => "chainId" in parent));
    expect(elsewhere).to.have.length.greaterThan(2);
    let changes = 0;
    const unseen: string[] = [];
    for (const bundle of all) {
      const text = encodeBundle(bundle);
      expect(verifyBundle(decodeBundle(text), bundleTools)[0]).to.deep.equal(bundle.trust.block);
      const json = JSON.parse(text) as object;
      for (const leaf of leavesOf(json)) {
        changes++;
        const named = refusalOf(changedLeaf(json, leaf, changes));
        if (named.some((field) => leaf === field || leaf.startsWith(`${field}.`))) continue;
        unseen.push(`${leaf}: ${named.join(" or ") || "accepted"}`);
      }
    }
    expect(unseen.slice(0, 20)).to.deep.equal([]);
    expect(changes).to.be.greaterThan(8_000);
  });

  it("shows parents of other deployments, never trusts them, and takes one spelling of a place", async () => {
    const bundle = (await bundles(100)).find(({ evidence }) => (evidence.parents ?? []).length === 2)!;
    const [here, elsewhere] = bundle.evidence.parents!;
    expect(bundle.statement.lineage.parents).to.deep.equal([here, elsewhere]);
    for (const text of [summaryOf(bundle), reportOf(bundle)]) {
      const line = text.split("\n").find((one) => one.includes("and from elsewhere"));
      expect(line)
        .to.contain(`${elsewhere!.claimId}:`)
        .and.match(/@10:0x[0-9a-fA-F]{40}: shown, never trusted/);
      const own = text.split("\n").find((one) => /^(\| )?made from/.test(one));
      expect(own).to.contain(`${here!.claimId}:0`).and.not.contain("chain");
    }
    const { chainId } = bundle.trust;
    const spelled = { chainId: String(chainId), claimBook: bundle.statement.deployment.claimBook, ...here };
    const json = JSON.parse(encodeBundle(bundle)) as { evidence: { parents: unknown[] } };
    json.evidence.parents[0] = spelled;
    expect(refusalOf(json)).to.deep.equal(["evidence.parents.0.chainId"]);
  });

  /** Reading an event of the same bytes gives the same: remembered, since the bundles are read 15,000 times. */
  const remembered = new Map<string, ReadLog | undefined>();
  const tools: BundleTools = {
    ...bundleTools,
    decoderOf: (parts, onus) => {
      const decode = bundleTools.decoderOf(parts, onus);
      return (log) => {
        const key = `${onus} ${log.address} ${log.topics.join()} ${log.data}`;
        if (!remembered.has(key)) remembered.set(key, decode(log));
        return remembered.get(key);
      };
    },
  };

  /** The fields that the refusal names; none where the bundle was taken. */
  function refusalOf(json: object): readonly string[] {
    try {
      verifyBundle(parseBundle(json), tools);
      return [];
    } catch (error) {
      if (isOnusError(error, "BUNDLE_REFUSED")) return error.context.fields;
      if (isOnusError(error, "BUNDLE_MALFORMED")) return [error.context.field];
      if (isOnusError(error, "BUNDLE_VERSION")) return ["format"];
      throw error;
    }
  }
});
