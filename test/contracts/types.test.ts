import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import { claimId, parentItem, type Claim } from "../../src/claim/claim.js";
import { receiptHash, receiptTypedData, type Receipt } from "../../src/claim/receipt.js";
import { recordHash, requestId, type InferenceRecord } from "../../src/claim/record.js";
import { artifactId, type ArtifactCommitment } from "../../src/model/artifact-id.js";
import { modelId } from "../../src/model/model-id.js";
import { dividePenalty } from "../../src/slash/divide-penalty.js";
import { depthOf } from "../../src/program/tensor-table.js";
import { leavesOf } from "../../src/trace/tree.js";
import { asAddress } from "../../src/types/address.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";

const { ethers } = await network.create();
const harness = await ethers.deployContract("TypesHarness");

const hexOf = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((raw) => `0x${Buffer.from(raw).toString("hex")}`);
const hashes = hexOf(32).map(asBytes32);
const addresses = hexOf(20).map(asAddress);
/** Unsigned numbers of a width, edges first. */
const uint = (bits: number) =>
  fc.oneof(
    fc.constantFrom(0n, 1n, (1n << BigInt(bits)) - 1n),
    fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }),
  );
const count = uint(32).map(Number);

const artifacts: fc.Arbitrary<ArtifactCommitment> = fc.record({
  kernelCount: count,
  weightCount: count,
  inputCount: count,
  outputCount: count,
  programRoot: hashes,
  tableRoot: hashes,
  weightsRoot: hashes,
  interfaceHash: hashes,
});
const records: fc.Arbitrary<InferenceRecord> = fc.record({
  requester: addresses,
  salt: hashes,
  inputRoot: hashes,
  outputRoot: hashes,
  traceRoot: hashes,
  parentsRoot: hashes,
  parentsCount: uint(8).map(Number),
});
const claims: fc.Arbitrary<Claim> = fc.record({
  operator: addresses,
  modelId: hashes,
  nonce: uint(64),
  recordsRoot: hashes,
  n: count,
  liability: uint(96).map(asWei),
  window: uint(40).map(asSeconds),
});
const receipts: fc.Arbitrary<Receipt> = fc.record({
  operator: addresses,
  modelId: hashes,
  record: records,
  issuedAt: uint(40).map(asSeconds),
  inclusionDeadline: uint(40).map(asSeconds),
  liabilityWei: uint(96).map(asWei),
  maxRecords: count,
});
const books = fc.record({ chainId: uint(256), contract: addresses });

const RUNS = { numRuns: 60 };

/** Ids of all-zero structs with every count 1. Changing one of these orphans every claim ever made. */
const PINNED = [
  "0x0d4ded60153db2a161a5a58cc2326a61621b3751cae688fb785330a2c860b4cf",
  "0x3105455e12cfaf9231cea37d83399fceee75eb8d1e6a974277e34255bda365b9",
  "0x68e3e2da91d4b3969257485d5e71246c2f9aa6fd7ab78b3e323e8f9cae846e6f",
];

describe("types: an identity is the same in TypeScript and Solidity", () => {
  it("for artifacts and models", async () => {
    await fc.assert(
      fc.asyncProperty(
        artifacts,
        uint(256),
        addresses,
        addresses,
        hashes,
        async (artifact, chain, r, p, s) => {
          const id = artifactId(artifact);
          expect(await harness.artifactId(artifact)).to.equal(id);
          const model = { publisher: p, artifactId: id, superseded: s };
          expect(await harness.modelId(chain, r, p, id, s)).to.equal(
            modelId(model, { chainId: chain, contract: r }),
          );
        },
      ),
      RUNS,
    );
  });

  it("for records and requests", async () => {
    await fc.assert(
      fc.asyncProperty(records, hashes, async (record, model) => {
        expect(await harness.recordHash(record)).to.equal(recordHash(record));
        expect(await harness.requestId(record, model)).to.equal(requestId(record, model));
      }),
      RUNS,
    );
  });

  it("for claims and parents", async () => {
    await fc.assert(
      fc.asyncProperty(claims, books, count, async (claim, book, recordIndex) => {
        const id = claimId(claim, book);
        expect(await harness.claimId(claim, book.chainId, book.contract)).to.equal(id);
        const item = parentItem({ claimId: id, recordIndex }, book);
        expect(await harness.parentItem(book.chainId, book.contract, id, recordIndex)).to.equal(item);
      }),
      RUNS,
    );
  });

  it("for receipts, as EIP-712 has it", async () => {
    await fc.assert(
      fc.asyncProperty(receipts, books, async (receipt, court) => {
        const { domain, types } = receiptTypedData(court);
        const hash = receiptHash(receipt, court);
        expect(ethers.TypedDataEncoder.hash(domain, types, receipt)).to.equal(hash);
        const separator = ethers.TypedDataEncoder.hashDomain(domain);
        expect(await harness.receiptHash(receipt, separator)).to.equal(hash);
      }),
      RUNS,
    );
  });

  it("is pinned for one artifact, one record and one claim", () => {
    const zero = asBytes32(`0x${"00".repeat(32)}`);
    const nobody = asAddress(`0x${"00".repeat(20)}`);
    const artifact: ArtifactCommitment = {
      kernelCount: 1,
      weightCount: 1,
      inputCount: 1,
      outputCount: 1,
      programRoot: zero,
      tableRoot: zero,
      weightsRoot: zero,
      interfaceHash: zero,
    };
    const record: InferenceRecord = {
      requester: nobody,
      salt: zero,
      inputRoot: zero,
      outputRoot: zero,
      traceRoot: zero,
      parentsRoot: zero,
      parentsCount: 1,
    };
    const claim: Claim = {
      operator: nobody,
      modelId: zero,
      nonce: 1n,
      recordsRoot: zero,
      n: 1,
      liability: asWei(1n),
      window: asSeconds(1n),
    };
    const id = claimId(claim, { chainId: 1n, contract: nobody });
    expect([artifactId(artifact), recordHash(record), id]).to.deep.equal(PINNED);
  });

  it("gives depths that agree with the tree's", async () => {
    await fc.assert(
      fc.asyncProperty(artifacts, async (artifact) => {
        const tensors = artifact.inputCount + artifact.weightCount + artifact.kernelCount;
        expect([...(await harness.depths(artifact))].map(Number)).to.deep.equal([
          depthOf(artifact.kernelCount),
          depthOf(artifact.weightCount),
          depthOf(artifact.inputCount),
          depthOf(artifact.outputCount),
          depthOf(leavesOf(8 * tensors)),
        ]);
      }),
      RUNS,
    );
  });
});

describe("types: an identity commits to everything", () => {
  /** Every field changed alone, in turn. */
  const variants = <T extends object>(value: T, other: T): T[] =>
    (Object.keys(value) as (keyof T)[])
      .filter((key) => value[key] !== other[key])
      .map((key) => ({ ...value, [key]: other[key] }));

  it("so no two claims that differ in one field, chain or book share an id", () => {
    fc.assert(
      fc.property(claims, claims, books, books, (claim, other, book, elsewhere) => {
        const ids = [claimId(claim, book)];
        for (const variant of variants(claim, other)) ids.push(claimId(variant, book));
        for (const variant of variants(book, elsewhere)) ids.push(claimId(claim, variant));
        expect(new Set(ids).size).to.equal(ids.length);
      }),
    );
  });

  it("so no two records that differ in one field share a hash", () => {
    fc.assert(
      fc.property(records, records, (record, other) => {
        const ids = [record, ...variants(record, other)].map(recordHash);
        expect(new Set(ids).size).to.equal(ids.length);
      }),
    );
  });

  it("so no two receipts that differ in one field, of the record too, share a hash with another court's", () => {
    fc.assert(
      fc.property(receipts, receipts, books, books, (receipt, other, court, elsewhere) => {
        const ids = [receiptHash(receipt, court)];
        for (const variant of variants(receipt, other)) ids.push(receiptHash(variant, court));
        for (const record of variants(receipt.record, other.record)) {
          if (recordHash(record) !== recordHash(other.record))
            ids.push(receiptHash({ ...receipt, record }, court));
        }
        for (const variant of variants(court, elsewhere)) ids.push(receiptHash(receipt, variant));
        expect(new Set(ids).size).to.equal(ids.length);
      }),
    );
  });

  it("so no two artifacts that differ in one field share an id", () => {
    fc.assert(
      fc.property(artifacts, artifacts, (artifact, other) => {
        const ids = [artifact, ...variants(artifact, other)].map(artifactId);
        expect(new Set(ids).size).to.equal(ids.length);
      }),
    );
  });
});

describe("Penalty", () => {
  it("divides to the wei in both languages, and burns at least half", async () => {
    const sizes = fc.oneof(fc.constantFrom(1, 2, 3, 7, 1_000, 2 ** 20), fc.integer({ min: 1, max: 2 ** 20 }));
    await fc.assert(
      fc.asyncProperty(uint(96), sizes, async (amount, n) => {
        const { beneficiary, perRecord, burned } = dividePenalty(asWei(amount), n);
        expect([...(await harness.divide(amount, n))]).to.deep.equal([beneficiary, perRecord, burned]);
        expect(burned + beneficiary + perRecord * BigInt(n)).to.equal(amount);
        expect(2n * burned >= amount).to.equal(true);
      }),
      RUNS,
    );
  });

  it("gives 300, 200 and 500 of 1,000 wei to beneficiary, the one record and the fire", () => {
    expect(dividePenalty(asWei(1_000n), 1)).to.deep.equal({
      beneficiary: 300n,
      perRecord: 200n,
      burned: 500n,
    });
  });

  it("rounds rewards down and the burned part up", () => {
    expect(dividePenalty(asWei(999n), 7)).to.deep.equal({ beneficiary: 299n, perRecord: 28n, burned: 504n });
  });
});
