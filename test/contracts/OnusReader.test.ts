import { expect } from "chai";
import { network } from "hardhat";

import { recordHash } from "../../src/claim/record.js";
import type { ArtifactCommitment } from "../../src/model/artifact-id.js";
import { openPositions, treeOfBytes, treeOfItems, type Tree } from "../../src/trace/tree.js";
import { bytes32From, ZERO_HASH } from "../../src/types/bytes32.js";
import { asWei } from "../../src/types/wei.js";
import {
  ARTIFACT,
  bytes32,
  convict,
  deployProtocol,
  makeClaim,
  makeRecord,
  oneOpenClaim,
  PHASE,
  publish,
  stake,
} from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;

const DTYPE = { f32: 0, i32: 1, u8: 2, i8: 3 } as const;

/** One leaf or item and its siblings; the item itself is derived by whoever verifies. */
const open = (tree: Tree, index: number): string => ethers.hexlify(openPositions(tree, [index]));

async function oneFinalClaim() {
  const protocol = await oneOpenClaim(await deployProtocol(connection), { n: 3, liability: asWei(1_000n) });
  await time.increase(60);
  await protocol.claimBook.finalize(protocol.claim);
  const reader = await ethers.deployContract("ResultConsumer");
  return { ...protocol, reader, book: await protocol.claimBook.getAddress() };
}

describe("OnusReader.requireFinal", () => {
  it("accepts a record of a FINAL claim up to floor(liability / n), and names the claim", async () => {
    const { reader, book, claim, records, proofOf, id } = await networkHelpers.loadFixture(oneFinalClaim);
    expect(await reader.requireFinal(book, claim, records[2]!, 2, proofOf(2), 333)).to.equal(id);
  });

  it("reverts with LiabilityPerRecordTooSmall from there on", async () => {
    const { reader, book, claim, records, proofOf } = await networkHelpers.loadFixture(oneFinalClaim);
    await expect(reader.requireFinal(book, claim, records[2]!, 2, proofOf(2), 334))
      .to.be.revertedWithCustomError(reader, "LiabilityPerRecordTooSmall")
      .withArgs(333, 334);
  });

  it("reverts with ClaimNotFinal for claims that are unknown, open or FAULTED", async () => {
    const protocol = await oneOpenClaim(await deployProtocol(connection));
    const reader = await ethers.deployContract("ResultConsumer");
    const { claimBook, claim, records, proofOf, actors } = protocol;
    const book = await claimBook.getAddress();
    const unknown = { ...claim, nonce: 5n };
    await expect(reader.requireFinal(book, unknown, records[0]!, 0, proofOf(0), 0))
      .to.be.revertedWithCustomError(reader, "ClaimNotFinal")
      .withArgs(await claimBook.idOf(unknown), PHASE.NONE, PHASE.FINAL);
    for (const phase of [PHASE.OPEN, PHASE.FAULTED]) {
      await expect(reader.requireFinal(book, claim, records[0]!, 0, proofOf(0), 0))
        .to.be.revertedWithCustomError(reader, "ClaimNotFinal")
        .withArgs(await claimBook.idOf(claim), phase, PHASE.FINAL);
      if (phase === PHASE.OPEN) await convict(protocol, claim, actors.challenger.address);
    }
  });

  it("reverts with RecordNotInClaim for a record that differs in one field", async () => {
    const { reader, book, claim, records, proofOf } = await networkHelpers.loadFixture(oneFinalClaim);
    const forged = { ...records[2]!, outputRoot: bytes32(666) };
    await expect(reader.requireFinal(book, claim, forged, 2, proofOf(2), 0)).to.be.revertedWithCustomError(
      reader,
      "RecordNotInClaim",
    );
  });
});

/** Two outputs: 100 f32 and 300 i8; a table of 1 input, 2 weights, 3 kernels and, to fill it, 20 more kernels. */
async function oneReadableRecord() {
  const protocol = await deployProtocol(connection);
  const { actors, claimBook, modelRegistry } = protocol;
  const floats = Float32Array.from({ length: 100 }, (_, i) => i - 50.25);
  const bytes = Int8Array.from({ length: 300 }, (_, i) => i % 256);
  const tensors = [
    ...Array.from({ length: 3 + 21 }, () => [1, DTYPE.f32] as const),
    [100, DTYPE.f32] as const,
    [300, DTYPE.i8] as const,
  ];
  const table = new Uint8Array(tensors.length * 8);
  tensors.forEach(([count, dtype], i) => {
    new DataView(table.buffer).setUint32(8 * i, count, true);
    table[8 * i + 4] = dtype;
  });
  const trees = {
    table: treeOfBytes(table),
    floats: treeOfBytes(new Uint8Array(floats.buffer)),
    bytes: treeOfBytes(new Uint8Array(bytes.buffer)),
  };
  const outputs = treeOfItems(Buffer.concat([trees.floats.root, trees.bytes.root]));
  const artifact: ArtifactCommitment = {
    ...ARTIFACT,
    kernelCount: 23,
    outputCount: 2,
    tableRoot: bytes32From(trees.table.root),
  };
  const model = await publish(protocol, artifact);
  await stake(protocol, actors.operator, 10_000n);
  const record = makeRecord(actors.requester.address, { outputRoot: bytes32From(outputs.root) });
  const claim = makeClaim(actors.operator.address, model, { recordsRoot: recordHash(record) });
  await claimBook.connect(actors.operator).submit(claim);
  const reader = await ethers.deployContract("ResultConsumer");
  const registry = await modelRegistry.getAddress();
  const at = (output: number, element: number) => ({
    registry,
    publisher: actors.publisher.address,
    superseded: ZERO_HASH,
    output,
    element,
  });
  const opening = (output: number, element: number) => {
    const width = output === 0 ? 4 : 1;
    const tensor = 3 + 21 + output;
    return ethers.concat([
      open(trees.table, Math.floor((tensor * 8) / 128)),
      open(output === 0 ? trees.floats : trees.bytes, Math.floor((element * width) / 128)),
      open(outputs, output),
    ]);
  };
  return { ...protocol, reader, record, claim, artifact, at, opening, floats, bytes };
}

describe("OnusReader.readElement", () => {
  it("reads any element of any output, as bits with their type", async () => {
    const { reader, claim, record, artifact, at, opening, floats, bytes } =
      await networkHelpers.loadFixture(oneReadableRecord);
    for (const element of [0, 1, 31, 32, 50, 99]) {
      const read = await reader.readElement(claim, record, artifact, at(0, element), opening(0, element));
      expect([...read]).to.deep.equal([0n, BigInt(new Uint32Array(floats.buffer)[element]!)]);
    }
    for (const element of [0, 127, 128, 255, 299]) {
      const read = await reader.readElement(claim, record, artifact, at(1, element), opening(1, element));
      expect([...read]).to.deep.equal([3n, BigInt(new Uint8Array(bytes.buffer)[element]!)]);
    }
  });

  it("refuses elements and outputs that do not exist", async () => {
    const { reader, claim, record, artifact, at, opening } =
      await networkHelpers.loadFixture(oneReadableRecord);
    await expect(reader.readElement(claim, record, artifact, at(0, 100), opening(0, 100)))
      .to.be.revertedWithCustomError(reader, "ElementOutOfRange")
      .withArgs(100, 100);
    await expect(reader.readElement(claim, record, artifact, at(2, 0), opening(0, 0)))
      .to.be.revertedWithCustomError(reader, "OutputOutOfRange")
      .withArgs(2, 2);
  });

  it("refuses another publisher, artifact or model", async () => {
    const { reader, claim, record, artifact, at, opening, actors } =
      await networkHelpers.loadFixture(oneReadableRecord);
    const attempts = [
      reader.readElement(
        claim,
        record,
        artifact,
        { ...at(0, 0), publisher: actors.stranger.address },
        opening(0, 0),
      ),
      reader.readElement(claim, record, { ...artifact, kernelCount: 24 }, at(0, 0), opening(0, 0)),
      reader.readElement({ ...claim, modelId: bytes32(1) }, record, artifact, at(0, 0), opening(0, 0)),
    ];
    for (const attempt of attempts) await expect(attempt).to.be.revertedWithCustomError(reader, "WrongModel");
  });

  it("refuses openings with a flipped bit, of another element, cut short or too long", async () => {
    const { reader, claim, record, artifact, at, opening } =
      await networkHelpers.loadFixture(oneReadableRecord);
    const read = (stream: string) => reader.readElement(claim, record, artifact, at(0, 40), stream);
    const stream = opening(0, 40);
    const tableBytes = 128 + 32;
    const flipped = (byte: number) => {
      const raw = ethers.getBytes(stream);
      raw[byte]! ^= 1;
      return ethers.hexlify(raw);
    };
    await expect(read(flipped(0))).to.be.revertedWithCustomError(reader, "WrongTableOpening");
    await expect(read(flipped(tableBytes + 5))).to.be.revertedWithCustomError(reader, "WrongOutputOpening");
    await expect(read(opening(0, 0))).to.be.revertedWithCustomError(reader, "WrongOutputOpening");
    await expect(read(ethers.dataSlice(stream, 0, -32))).to.be.revertedWithCustomError(
      reader,
      "WrongOutputOpening",
    );
    const length = (stream.length - 2) / 2;
    await expect(read(ethers.concat([stream, "0x00"])))
      .to.be.revertedWithCustomError(reader, "WrongOpeningLength")
      .withArgs(length + 1, length);
  });
});
