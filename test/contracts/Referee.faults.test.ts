import { expect } from "chai";
import { network } from "hardhat";

import { ZERO_HASH } from "../../src/types/bytes32.js";
import { absentNodeEvidence, outputRootEvidence, paddingEvidence } from "../../src/dispute/evidence.js";
import type { TensorData } from "../../src/program/dtype.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { absentNode, treeOfBytes, treeOfItems } from "../../src/trace/tree.js";
import { bytes32From } from "../../src/types/bytes32.js";
import { bench, judgeAll } from "../support/bench.js";
import type { Bench } from "../support/bench.js";
import { threeOperandScene, truth } from "../support/element-scene.js";
import { flip, layoutOf, overwrite, u32 } from "../support/evidence-layout.js";
import { noise, stage } from "../support/exhibit.js";
import type { Scene, Staged } from "../support/exhibit.js";

const { ethers, networkHelpers } = await network.create();

const oneBench = () => bench(ethers);
const item = (name: string): Uint8Array => ethers.getBytes(noise(name));

describe("Referee: the faults that need no evaluation", () => {
  let place: Bench;
  beforeEach(async () => {
    place = await networkHelpers.loadFixture(oneBench);
  });

  /** Tensors 0 input, 1 weight, 2 and 3 kernels, the last of them the output. */
  const staged = (options: Partial<Scene> = {}) => stage(threeOperandScene(place.registry, options));
  const says = async ({ claim }: Staged, evidence: Uint8Array, ...expected: unknown[]) => {
    const [answer] = await judgeAll(place, [{ claim, evidence }]);
    expect([answer!.verdict, ...answer!.values.slice(0, expected.length - 1)]).to.deep.equal(
      expected.map(String),
    );
  };
  const body = ({ exhibit }: Staged) => layoutOf(exhibit).body;
  const roots = (tensors: readonly TensorData[]) =>
    tensors.map((data) => treeOfBytes(bytesOfTensor(data)).root);

  describe("OutputRoot", () => {
    const lie = () => staged({ items: { output: [item("another output")] } });

    it("convicts an output that is not the trace's", async () => {
      await says(lie(), outputRootEvidence(lie().exhibit, 0), "OutputRoot");
    });

    it("reverts with OutputAgrees for an output that is the trace's", async () => {
      const honest = staged();
      const root = bytes32From(treeOfBytes(bytesOfTensor(truth)).root);
      await says(honest, outputRootEvidence(honest.exhibit, 0), "OutputAgrees", 0, root);
    });

    it("reverts with OutputOutOfRange, WrongOutputs and WrongTrace for what is not committed", async () => {
      const honest = staged();
      const evidence = outputRootEvidence(honest.exhibit, 0);
      const at = body(honest);
      await says(honest, overwrite(evidence, at, u32(1)), "OutputOutOfRange", 1, 1);
      await says(honest, flip(evidence, at + 4), "WrongOutputs");
      await says(honest, flip(evidence, at + 36), "WrongTrace");
      await says(
        honest,
        Uint8Array.from([...evidence, 1]),
        "TrailingEvidence",
        evidence.length + 1,
        evidence.length,
      );
    });

    it("reverts with TraceNotStated where the trace is stated on demand", async () => {
      const open = staged({ traceRoot: ZERO_HASH });
      await says(open, outputRootEvidence(open.exhibit, 0), "TraceNotStated");
    });
  });

  describe("Padding", () => {
    // 5 floats: 20 of 128 bytes.
    const padded = (at: number) => {
      const bytes = new Uint8Array(128);
      bytes.set(bytesOfTensor(truth));
      bytes[at] = 1;
      return bytes;
    };
    const lie = (at: number) => staged({ bytes: new Map([[3, padded(at)]]) });

    it("convicts the first and the last byte after a kernel's elements, in the trace and in the output", async () => {
      for (const at of [20, 127]) {
        const one = lie(at);
        await says(one, paddingEvidence(one.exhibit, { list: "trace", index: 1 }), "Padding");
        await says(one, paddingEvidence(one.exhibit, { list: "output", index: 0 }), "Padding");
      }
    });

    it("convicts the padding of an input", async () => {
      const input = new Uint8Array(12);
      input[11] = 1;
      const scene = threeOperandScene(place.registry);
      const table = [{ count: 2, dtype: "f32" as const }, ...scene.table.slice(1)];
      const one = stage({ ...scene, table, bytes: new Map([[0, input]]) });
      await says(one, paddingEvidence(one.exhibit, { list: "input", index: 0 }), "Padding");
    });

    it("reverts with PaddingAgrees for zeros, for a wrong last element, and where nothing is padded", async () => {
      for (const one of [staged(), lie(19)]) {
        await says(one, paddingEvidence(one.exhibit, { list: "trace", index: 1 }), "PaddingAgrees", 3, 1);
      }
      // 96 floats fill three leaves.
      const full = staged();
      await says(full, paddingEvidence(full.exhibit, { list: "trace", index: 0 }), "PaddingAgrees", 3, 0);
    });

    it("reverts with UnknownList, TensorOutOfRange, WrongTable, WrongLeaf and the lists' errors", async () => {
      const honest = staged();
      const evidence = paddingEvidence(honest.exhibit, { list: "trace", index: 1 });
      const at = body(honest);
      for (const list of [0, 4, 255])
        await says(honest, overwrite(evidence, at, [list]), "UnknownList", list);
      await says(honest, overwrite(evidence, at + 1, u32(2)), "TensorOutOfRange", 3, 2, 2);
      await says(honest, flip(evidence, at + 5), "WrongTrace");
      await says(honest, overwrite(evidence, at, [1, ...u32(0)]), "WrongInputs");
      await says(honest, flip(overwrite(evidence, at, [2, ...u32(0)]), at + 5), "WrongOutputs");
      await says(honest, flip(evidence, at + 5 + 64), "WrongTable");
      await says(honest, flip(evidence, at + 5 + 64 + 128 + 100), "WrongLeaf");
    });

    it("reverts with EvidenceTooShort where the end is left to the zeros after the evidence", async () => {
      const honest = staged();
      const evidence = paddingEvidence(honest.exhibit, { list: "trace", index: 1 });
      const short = evidence.subarray(0, evidence.length - 1);
      await says(honest, short, "EvidenceTooShort", evidence.length - 1, evidence.length);
    });
  });

  describe("AbsentNode", () => {
    it("convicts a record, an input, an output and a trace item beyond the count", async () => {
      const scene = threeOperandScene(place.registry);
      const [x, , y] = scene.tensors;
      const [xRoot, yRoot, ownRoot] = roots([x!, y!, truth]) as [Uint8Array, Uint8Array, Uint8Array];
      // Three kernels, so that the trace has a fourth place.
      const table = [...scene.table.slice(0, 3), { count: 96, dtype: "f32" as const }, scene.table[3]!];
      const tensors = [...scene.tensors.slice(0, 3), y!, truth];
      const trace = stage({
        ...scene,
        table,
        tensors,
        items: { trace: [yRoot, yRoot, ownRoot, item("more")] },
      });
      await says(trace, absentNodeEvidence(trace.exhibit, { list: "trace", position: 3 }), "AbsentNode");

      // Inputs 0 and 1 and a third one beside a weight.
      const inputs = stage({
        ...scene,
        table,
        tensors,
        inputs: 3,
        weights: 0,
        items: { input: [xRoot, yRoot, yRoot, item("more")] },
      });
      await says(inputs, absentNodeEvidence(inputs.exhibit, { list: "input", position: 3 }), "AbsentNode");

      const records = staged({ records: 3 });
      const tree = treeOfItems(
        ethers.getBytes(ethers.concat([records.exhibit.records.tree.source, item("more")])),
      );
      const claim = { ...records.claim, recordsRoot: bytes32From(tree.root) };
      const exhibit = { ...records.exhibit, records: { ...records.exhibit.records, tree } };
      await says(
        { claim, exhibit },
        absentNodeEvidence(exhibit, { list: "records", position: 3 }),
        "AbsentNode",
      );
    });

    it("convicts an inner node over absent positions alone", async () => {
      const five = staged({ records: 5 });
      const items = [
        ...Array.from({ length: 5 }, (_, i) =>
          five.exhibit.records.tree.source.subarray(32 * i, 32 * i + 32),
        ),
        new Uint8Array(32),
        item("seventh"),
      ];
      const tree = treeOfItems(ethers.getBytes(ethers.concat(items)));
      const claim = { ...five.claim, recordsRoot: bytes32From(tree.root) };
      const exhibit = { ...five.exhibit, records: { ...five.exhibit.records, tree } };
      await says(
        { claim, exhibit },
        absentNodeEvidence(exhibit, { list: "records", level: 1, position: 3 }),
        "AbsentNode",
      );
      await says(
        { claim, exhibit },
        absentNodeEvidence(exhibit, { list: "records", position: 5 }),
        "AbsentNodeAgrees",
        0,
        5,
      );
    });

    it("convicts a leaf beyond a tensor's last, and the list of inputs of a model without any", async () => {
      const more = new Uint8Array(512);
      more.set(bytesOfTensor(threeOperandScene(place.registry).tensors[2]!));
      more[511] = 1;
      const one = staged({ bytes: new Map([[2, more]]) });
      await says(
        one,
        absentNodeEvidence(one.exhibit, { list: "trace", tensor: 0, position: 3 }),
        "AbsentNode",
      );
      await says(
        one,
        absentNodeEvidence(one.exhibit, { list: "trace", tensor: 0, level: 1, position: 1 }),
        "NodeNotAbsent",
        2,
        3,
      );

      const none = staged({ inputs: 0, weights: 2, items: { input: [item("input of nobody")] } });
      await says(none, absentNodeEvidence(none.exhibit, { list: "input", position: 0 }), "AbsentNode");
    });

    it("reverts with AbsentNodeAgrees for absent nodes of every kind", async () => {
      const honest = staged({ records: 3, inputs: 3, weights: 0 });
      const { exhibit } = honest;
      await says(
        honest,
        absentNodeEvidence(exhibit, { list: "records", position: 3 }),
        "AbsentNodeAgrees",
        0,
        3,
      );
      await says(
        honest,
        absentNodeEvidence(exhibit, { list: "input", position: 3 }),
        "AbsentNodeAgrees",
        0,
        3,
      );
      await says(
        honest,
        absentNodeEvidence(exhibit, { list: "input", tensor: 2, position: 3 }),
        "AbsentNodeAgrees",
        0,
        3,
      );
      const none = staged({ inputs: 0, weights: 2 });
      await says(
        none,
        absentNodeEvidence(none.exhibit, { list: "input", position: 0 }),
        "AbsentNodeAgrees",
        0,
        0,
      );
    });

    it("takes the absent leaf for an absent node of a tensor, and zero for one of a list", async () => {
      expect(ethers.hexlify(absentNode("bytes", 0))).to.equal(ethers.keccak256(new Uint8Array(128)));
      // A list in which the hash of a zero leaf stands at an absent place is no honest list.
      const three = staged({ records: 3 });
      const tree = treeOfItems(
        ethers.getBytes(ethers.concat([three.exhibit.records.tree.source, absentNode("bytes", 0)])),
      );
      const claim = { ...three.claim, recordsRoot: bytes32From(tree.root) };
      const exhibit = { ...three.exhibit, records: { ...three.exhibit.records, tree } };
      await says(
        { claim, exhibit },
        absentNodeEvidence(exhibit, { list: "records", position: 3 }),
        "AbsentNode",
      );
    });

    it("reverts with NodeNotAbsent, LevelOutOfRange, UnknownList, UnknownPlace and WrongNode", async () => {
      const honest = staged({ records: 3 });
      const evidence = absentNodeEvidence(honest.exhibit, { list: "records", position: 3 });
      await says(
        honest,
        absentNodeEvidence(honest.exhibit, { list: "records", position: 2 }),
        "NodeNotAbsent",
        2,
        3,
      );
      await says(
        honest,
        absentNodeEvidence(honest.exhibit, { list: "records", level: 2, position: 0 }),
        "NodeNotAbsent",
        0,
        3,
      );
      await says(honest, overwrite(evidence, 3, [3]), "LevelOutOfRange", 3, 2);
      await says(honest, overwrite(evidence, 1, [4]), "UnknownList", 4);
      await says(honest, overwrite(evidence, 2, [1]), "UnknownPlace", 0, 1);
      await says(honest, overwrite(evidence, 1, [3, 2]), "UnknownPlace", 3, 2);
      await says(honest, flip(evidence, 8), "WrongNode");
      await says(honest, overwrite(evidence, 4, u32(4)), "PositionOutOfRange", 4, 4);
      await says(
        honest,
        Uint8Array.from([...evidence, 0]),
        "TrailingEvidence",
        evidence.length + 1,
        evidence.length,
      );
    });
  });
});
