import { expect } from "chai";
import { network } from "hardhat";

import { ZERO_HASH } from "../../src/types/bytes32.js";
import { modelId } from "../../src/model/model-id.js";
import { recordHash } from "../../src/claim/record.js";
import { elementEvidence } from "../../src/dispute/evidence.js";
import { encodeKernel } from "../../src/program/codec.js";
import { openPositions, treeOfBytes } from "../../src/trace/tree.js";
import { bytes32From } from "../../src/types/bytes32.js";
import { bench, judgeAll } from "../support/bench.js";
import type { Bench } from "../support/bench.js";
import { ELEMENT, KERNEL, threeOperandScene, threeOperands, truth } from "../support/element-scene.js";
import { flip, layoutOf, overwrite, u32 } from "../support/evidence-layout.js";
import { noise, stage } from "../support/exhibit.js";
import type { Scene, Staged } from "../support/exhibit.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const bench1 = () => bench(ethers);

describe("Referee: element", () => {
  let place: Bench;
  beforeEach(async () => {
    place = await networkHelpers.loadFixture(bench1);
  });

  const staged = (options: { lie?: boolean } & Partial<Scene> = {}) =>
    stage(threeOperandScene(place.registry, options));
  const evidenceOf = ({ exhibit }: Staged) => elementEvidence(exhibit, { kernel: KERNEL, element: ELEMENT });
  const refuses = async (one: Staged, evidence: Uint8Array, ...expected: unknown[]) => {
    const [answer] = await judgeAll(place, [{ claim: one.claim, evidence }]);
    expect([answer!.verdict, ...answer!.values.slice(0, expected.length - 1)]).to.deep.equal(
      expected.map(String),
    );
  };
  const length = encodeKernel(threeOperands).length;

  it("convicts an element that is wrong", async () => {
    const lie = staged({ lie: true, records: 3, recordIndex: 2 });
    await refuses(lie, evidenceOf(lie), "Element");
  });

  it("reverts with ElementAgrees for an element that is right", async () => {
    const honest = staged();
    const value = new DataView(truth.buffer).getUint32(4 * ELEMENT, true);
    await refuses(honest, evidenceOf(honest), "ElementAgrees", KERNEL, ELEMENT, value);
  });

  it("reverts with UnknownFault for a kind that evidence does not prove", async () => {
    const lie = staged({ lie: true });
    for (const kind of [0, 5, 6, 255])
      await refuses(lie, overwrite(evidenceOf(lie), 0, [kind]), "UnknownFault", kind);
    await refuses(lie, new Uint8Array(0), "UnknownFault", 0);
  });

  it("reverts with TrailingEvidence for a byte too many", async () => {
    const lie = staged({ lie: true });
    const evidence = evidenceOf(lie);
    await refuses(
      lie,
      Uint8Array.from([...evidence, 0]),
      "TrailingEvidence",
      evidence.length + 1,
      evidence.length,
    );
  });

  it("reverts with RecordOutOfRange for the record after the last", async () => {
    const lie = staged({ lie: true, records: 3 });
    await refuses(
      lie,
      overwrite(evidenceOf(lie), layoutOf(lie.exhibit).recordIndex, u32(3)),
      "RecordOutOfRange",
      3,
      3,
    );
  });

  it("reverts with WrongRecord for another record, and for the right one at another index", async () => {
    const lie = staged({ lie: true });
    const record = lie.exhibit.records.records[0]!;
    const salt =
      `0x${(BigInt(record.salt) ^ (1n << 248n)).toString(16).padStart(64, "0")}` as typeof record.salt;
    const other = recordHash({ ...record, salt });
    await refuses(
      lie,
      flip(evidenceOf(lie), layoutOf(lie.exhibit).salt),
      "WrongRecord",
      other,
      lie.claim.recordsRoot,
    );
    const three = staged({ lie: true, records: 3 });
    await refuses(
      three,
      overwrite(evidenceOf(three), layoutOf(three.exhibit).recordIndex, u32(1)),
      "WrongRecord",
    );
  });

  it("reverts with WrongModel for another publisher, and for a count that is not the model's", async () => {
    const lie = staged({ lie: true });
    const evidence = evidenceOf(lie);
    const at = layoutOf(lie.exhibit);
    const publisher = ethers.getAddress(
      ethers.hexlify(flip(evidence, at.publisher).subarray(at.publisher, at.publisher + 20)),
    );
    const other = modelId({ ...lie.exhibit.model, publisher: publisher as never }, place.registry);
    await refuses(lie, flip(evidence, at.publisher), "WrongModel", other, lie.claim.modelId);
    for (const count of [0, 4, 8, 12]) await refuses(lie, flip(evidence, at.model + count + 3), "WrongModel");
  });

  it("reverts with KernelOutOfRange and ElementOutOfRange from the counts on", async () => {
    const lie = staged({ lie: true });
    const at = layoutOf(lie.exhibit);
    await refuses(lie, overwrite(evidenceOf(lie), at.kernel, u32(2)), "KernelOutOfRange", 2, 2);
    await refuses(
      lie,
      overwrite(evidenceOf(lie), at.element, u32(truth.length)),
      "ElementOutOfRange",
      truth.length,
      truth.length,
    );
  });

  it("reverts with DescriptorTooLong beyond 8,192 bytes", async () => {
    const lie = staged({ lie: true });
    await refuses(
      lie,
      overwrite(evidenceOf(lie), layoutOf(lie.exhibit).length, [0x20, 0x01]),
      "DescriptorTooLong",
      8193,
      8192,
    );
  });

  it("reverts with WrongDescriptor for a descriptor that is not the program's, and for another kernel's", async () => {
    const lie = staged({ lie: true });
    const at = layoutOf(lie.exhibit);
    await refuses(lie, flip(evidenceOf(lie), at.descriptor + 4), "WrongDescriptor");
    await refuses(lie, overwrite(evidenceOf(lie), at.kernel, u32(0)), "WrongDescriptor");
  });

  it("reverts with WrongTable for another entry", async () => {
    const lie = staged({ lie: true });
    await refuses(
      lie,
      flip(evidenceOf(lie), layoutOf(lie.exhibit).afterDescriptor(length) + 5),
      "WrongTable",
    );
  });

  it("reverts with WrongClaimedLeaf for a committed element that is not committed", async () => {
    const honest = staged();
    const leaf = layoutOf(honest.exhibit).afterDescriptor(length) + 128;
    const root = bytes32From(treeOfBytes(new Uint8Array(truth.buffer)).root);
    const [answer] = await judgeAll(place, [
      { claim: honest.claim, evidence: flip(evidenceOf(honest), leaf + 4 * ELEMENT) },
    ]);
    expect([answer!.verdict, answer!.values[1]]).to.deep.equal(["WrongClaimedLeaf", root]);
  });

  // After the claimed leaf (a tree of one leaf has no path): mask, then items.
  const maskAt = (one: Staged) => layoutOf(one.exhibit).afterDescriptor(length) + 256;

  it("reverts with UnknownLoad for a mask beyond the loads", async () => {
    const lie = staged({ lie: true });
    await refuses(lie, overwrite(evidenceOf(lie), maskAt(lie), [0b1111]), "UnknownLoad", 0b1111, 3);
  });

  it("reverts with WrongTrace, WrongWeights and WrongInputs for items that are not of their lists", async () => {
    const honest = staged();
    const items = maskAt(honest) + 1;
    await refuses(honest, flip(evidenceOf(honest), items), "WrongTrace");
    await refuses(honest, flip(evidenceOf(honest), items + 64), "WrongWeights");
    await refuses(honest, flip(evidenceOf(honest), items + 96), "WrongInputs");
  });

  it("reverts with WrongOperand for an operand that is not committed", async () => {
    const honest = staged();
    const operand = maskAt(honest) + 1 + 4 * 32;
    await refuses(honest, flip(evidenceOf(honest), operand + 10), "WrongOperand", 0);
  });

  it("reverts with RangesMissing, RangesTouch and the tree's errors for ranges of another form", async () => {
    const honest = staged();
    const operand = maskAt(honest) + 1 + 4 * 32;
    const evidence = evidenceOf(honest);
    await refuses(honest, overwrite(evidence, operand, [0, 0]), "RangesMissing", 0);
    const two = overwrite(evidence, operand, [0, 2, ...u32(0), ...u32(1), ...u32(1), ...u32(1)]);
    await refuses(honest, two, "RangesTouch", 0, 1, 2);
    await refuses(honest, overwrite(evidence, operand + 6, u32(0)), "PositionsNotAscending", 0, 0);
    await refuses(honest, overwrite(evidence, operand + 6, u32(5)), "PositionOutOfRange", 4, 4);
    await refuses(honest, overwrite(evidence, operand + 2, u32(2)), "PositionOutOfRange", 4, 4);
  });

  it("reverts with MissingOperand where a read is not opened: a tensor, and a leaf of one", async () => {
    const lie = staged({ lie: true });
    const evidence = evidenceOf(lie);
    // Without load 0: neither its bit, nor the input's item, nor its leaves.
    const mask = maskAt(lie);
    const items = mask + 1 + 3 * 32;
    const operand = items + 32;
    const leaves = 2 + 8 + 3 * 128 + 32;
    const without = Uint8Array.from([
      ...evidence.subarray(0, mask),
      0b110,
      ...evidence.subarray(mask + 1, items),
      ...evidence.subarray(operand + leaves),
    ]);
    await refuses(lie, without, "MissingOperand", 0, 0);
    // The first two of the input's three leaves: the third one's hash becomes a sibling.
    const hash = ethers.getBytes(ethers.keccak256(evidence.subarray(operand + 10 + 256, operand + 10 + 384)));
    const fewer = Uint8Array.from([
      ...evidence.subarray(0, operand + 6),
      ...u32(2),
      ...evidence.subarray(operand + 10, operand + 10 + 256),
      ...ethers.getBytes(ethers.keccak256(ethers.concat([hash, ethers.keccak256(new Uint8Array(128))]))),
      ...evidence.subarray(operand + leaves),
    ]);
    await refuses(lie, fewer, "MissingOperand", 0);
  });

  it("reverts with MissingOperand where only another tensor's leaves stand at the place that is read", async () => {
    const honest = staged();
    const evidence = elementEvidence(honest.exhibit, { kernel: KERNEL, element: 0 });
    const weight = honest.exhibit.committed.weightTensors[0]!;
    // The input's three leaves are opened, the weight's first one is not: both begin at byte 0.
    const first = maskAt(honest) + 1 + 4 * 32;
    const second = first + 2 + 8 + 3 * 128 + 32;
    const all = 2 + 8 + openPositions(weight, [0, 1, 2]).length;
    const fewer = Uint8Array.from([
      ...evidence.subarray(0, second),
      ...[0, 1, ...u32(1), ...u32(2)],
      ...openPositions(weight, [1, 2]),
      ...evidence.subarray(second + all),
    ]);
    await refuses(honest, evidence, "ElementAgrees", KERNEL, 0);
    await refuses(honest, fewer, "MissingOperand", 1, 0);
  });

  it("reverts with TraceNotStated for a record that leaves its trace to be asked for", async () => {
    const lie = staged({ lie: true, traceRoot: ZERO_HASH });
    await refuses(lie, evidenceOf(lie), "TraceNotStated");
  });

  it("proves a void kernel by descriptor and table alone", async () => {
    const own = Float32Array.of(0, 0, 0, 1, 0);
    const descriptor = Uint8Array.from([1, 2, 3]);
    const scene = threeOperandScene(place.registry, { descriptor });
    const one = stage({ ...scene, tensors: [...scene.tensors.slice(0, 3), own] });
    await refuses(one, elementEvidence(one.exhibit, { kernel: KERNEL, element: 3 }), "Element");
    await refuses(
      one,
      elementEvidence(one.exhibit, { kernel: KERNEL, element: 2 }),
      "ElementAgrees",
      KERNEL,
      2,
      0,
    );
  });

  it("reverts with WrongClaimedLeaf and WrongTrace for a void kernel's element that is not committed", async () => {
    const descriptor = Uint8Array.from([1, 2, 3]);
    const scene = threeOperandScene(place.registry, { descriptor });
    const one = stage({ ...scene, tensors: [...scene.tensors.slice(0, 3), new Float32Array(5)] });
    const evidence = elementEvidence(one.exhibit, { kernel: KERNEL, element: 3 });
    const leaf = layoutOf(one.exhibit).afterDescriptor(descriptor.length) + 128;
    await refuses(one, flip(evidence, leaf + 12), "WrongClaimedLeaf");
    // A leaf and an item that belong together, but not to the trace.
    const lie = overwrite(evidence, leaf + 12, [1]);
    const root = ethers.getBytes(ethers.keccak256(lie.subarray(leaf, leaf + 128)));
    await refuses(one, overwrite(lie, leaf + 128, root), "WrongTrace");
  });

  it("reverts, and convicts nobody, with too little gas anywhere on the way", async function () {
    this.timeout(120_000);
    const lie = staged({ lie: true });
    const evidence = evidenceOf(lie);
    const enough = await place.referee.judge.estimateGas(lie.claim, evidence);
    const honest = staged();
    const right = evidenceOf(honest);
    let convictions = 0;
    for (let part = 1n; part <= 40n; part++) {
      const gasLimit = (enough * part) / 40n;
      const answer = await place.referee.judge.staticCall(lie.claim, evidence, { gasLimit }).catch(() => 0n);
      if (answer === 1n) convictions++;
      const refused = await place.referee.judge.staticCall(honest.claim, right, { gasLimit }).then(
        () => false,
        () => true,
      );
      expect(refused, `${gasLimit} gas`).to.equal(true);
    }
    expect(convictions).to.be.below(40);
  });

  it("hands claim, kind and beneficiary to the claim book", async () => {
    const lie = staged({ lie: true });
    const beneficiary = ethers.getAddress(`0x${noise("beneficiary").slice(26)}`);
    const hash = ethers.keccak256(
      ethers.AbiCoder.defaultAbiCoder().encode(
        ["tuple(address,bytes32,uint64,bytes32,uint32,uint96,uint40)"],
        [Object.values(lie.claim)],
      ),
    );
    await expect(place.referee.convict(lie.claim, evidenceOf(lie), beneficiary))
      .to.emit(place.host, "Faulted")
      .withArgs(hash, 1n, beneficiary);
  });
});
