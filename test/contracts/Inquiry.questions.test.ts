import { expect } from "chai";
import { concatBytes } from "@noble/hashes/utils.js";
import { network } from "hardhat";

import { claimId } from "../../src/claim/claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import { descentFrom, FORM, LIST } from "../../src/dispute/question.js";
import type { ListName } from "../../src/dispute/question.js";
import { modelId } from "../../src/model/model-id.js";
import { asAddress } from "../../src/types/address.js";
import { bytes32From, ZERO_HASH } from "../../src/types/bytes32.js";
import { QuestionHarness__factory } from "../../typechain-types/index.js";
import { flip, overwrite, u32 } from "../support/evidence-layout.js";
import { noise } from "../support/exhibit.js";
import { COMMITTED, noiseBytes, recordsOf, TRACE } from "../support/inquiry-scene.js";
import { makeClaim } from "../support/protocol.js";
import {
  answerData,
  keyOf,
  placeWords,
  questionStream,
  recordBlock,
  treeAt,
} from "../support/question-stream.js";
import type { Subject } from "../support/question-stream.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

/** Records at odd positions state their trace. */
const EAGER = 1;
const ON_DEMAND = 2;

async function oneHarness() {
  const [signer] = await ethers.getSigners();
  const harness = await new QuestionHarness__factory(signer!).deploy();
  const { chainId } = await ethers.provider.getNetwork();
  const registry = asAddress(signer!.address);
  const model = { publisher: asAddress(signer!.address), artifactId: COMMITTED.id, superseded: ZERO_HASH };
  const records = commitRecords(recordsOf(signer!.address, 5));
  const id = modelId(model, { chainId, contract: registry });
  const claim = makeClaim(signer!.address, id, { recordsRoot: records.root, n: 5 });
  const book = { chainId, contract: asAddress(await harness.getAddress()) };
  const exhibit: Exhibit = { records, recordIndex: EAGER, model, committed: COMMITTED, trace: TRACE };
  return { harness, registry, claim, id: claimId(claim, book), model: id, exhibit };
}

/** Every tree of every list: the list's own and its tensors; program and table are never held inside. */
const TREES: readonly { list: ListName; tensor?: number }[] = [
  { list: "records" },
  { list: "input" },
  { list: "input", tensor: 0 },
  { list: "input", tensor: 1 },
  { list: "output" },
  { list: "output", tensor: 0 },
  { list: "output", tensor: 1 },
  { list: "trace" },
  { list: "trace", tensor: 0 },
  { list: "trace", tensor: 68 },
  { list: "program" },
  { list: "table" },
  { list: "weights" },
  { list: "weights", tensor: 0 },
  { list: "weights", tensor: 1 },
  { list: "weights", tensor: 2 },
];

/** All positions of a level, absent ones too; of a wide one the first, the last and those around the count. */
function positions(count: number, depth: number, level: number): number[] {
  const size = 2 ** (depth - level);
  if (size <= 64) return Array.from({ length: size }, (_, i) => i);
  const present = Math.ceil(count / 2 ** level);
  return [...new Set([0, 1, present - 1, present, size - 1])].filter((index) => index < size);
}

describe("Inquiry: questions", () => {
  let scene: Awaited<ReturnType<typeof oneHarness>>;
  beforeEach(async () => {
    scene = await networkHelpers.loadFixture(oneHarness);
  });

  const ofClaim = (...streams: Uint8Array[]) =>
    scene.harness.ofClaim(scene.claim, scene.id, scene.registry, streams);
  const ofModel = (...streams: Uint8Array[]) => scene.harness.ofModel(scene.model, scene.registry, streams);
  const streamOf = (subject: Subject, exhibit = scene.exhibit) => questionStream(exhibit, subject);
  const refuses = (read: Promise<unknown>, error: string, ...values: unknown[]) =>
    expect(read)
      .to.be.revertedWithCustomError(scene.harness, error)
      .withArgs(...values);

  /** Reads the questions, and holds each and its answer against what the trees say. */
  async function agrees(subjects: readonly Subject[], exhibit = scene.exhibit, read = ofClaim) {
    for (let from = 0; from < subjects.length; from += 50) {
      const some = subjects.slice(from, from + 50);
      const questions = await read(...some.map((subject) => streamOf(subject, exhibit)));
      const expected = some.map((subject) => keyOf(exhibit, subject, scene.id));
      const answers = some.map((subject) => answerData(exhibit, subject));
      const forms = expected.map(({ form }) => FORM[form]);
      const levels = expected.map((question) => question.levels);
      const keys = await scene.harness.keysOf(forms, levels, answers);
      for (const [i, { key, subject, place, form }] of expected.entries()) {
        const question = questions[i]!;
        expect([question.key, question.form, question.levels, question.subject]).to.deep.equal([
          key,
          BigInt(FORM[form]),
          BigInt(levels[i]!),
          subject,
        ]);
        expect([...question.place].map(Number)).to.deep.equal(placeWords(place));
        expect(keys[i]).to.equal(key);
        expect(Number(question.answerBytes)).to.equal(form === "descriptor" ? 8_192 : answers[i]!.length);
        expect(answers[i]!.length).to.be.at.most(form === "descriptor" ? 8_192 : 2_048);
      }
    }
  }

  for (const { list, tensor } of TREES) {
    const where = tensor === undefined ? `the list ${list}` : `tensor ${tensor} of the list ${list}`;
    it(`reach every node of ${where}, absent ones too, and its answer proves itself`, async () => {
      const { form, depth, count } = treeAt(scene.exhibit, list, tensor);
      const subjects: Subject[] = [];
      for (let level = depth; level >= (form === "list" ? 1 : 0); level--) {
        for (const index of positions(count, depth, level))
          subjects.push({ kind: "node", list, ...(tensor === undefined ? {} : { tensor }), level, index });
      }
      expect(subjects).to.not.equal([]);
      await agrees(subjects);
    });
  }

  it("reach every record, every descriptor, and the trace that a record left to be stated", async () => {
    await agrees(Array.from({ length: 5 }, (_, index): Subject => ({ kind: "record", index })));
    await agrees(Array.from({ length: 70 }, (_, kernel): Subject => ({ kind: "descriptor", kernel })));
    const [trace] = await ofClaim(streamOf({ kind: "trace" }, { ...scene.exhibit, recordIndex: ON_DEMAND }));
    const expected = keyOf({ ...scene.exhibit, recordIndex: ON_DEMAND }, { kind: "trace" }, scene.id);
    expect([trace!.key, trace!.form, trace!.levels, trace!.subject, trace!.answerBytes]).to.deep.equal([
      expected.key,
      2n,
      0n,
      expected.subject,
      32n,
    ]);
    expect([...trace!.place].map(Number)).to.deep.equal(placeWords(expected.place));
  });

  it("descend six levels at a time to the items of a list, and to the leaves of the deepest tensor in four", () => {
    const pathOf = (form: "list" | "bytes", level: number): number[] => {
      const descent = descentFrom(form, level);
      if (descent === undefined || descent.form === "leaves") return [];
      return [level - descent.levels, ...pathOf(form, level - descent.levels)];
    };
    expect(pathOf("bytes", 22)).to.deep.equal([16, 10, 4]);
    expect(pathOf("list", 20)).to.deep.equal([18, 12, 6, 0]);
  });

  it("to a publisher are those about program, table and weights", async () => {
    const nodes: Subject[] = [
      { kind: "node", list: "program", level: 7, index: 0 },
      { kind: "node", list: "table", level: 3, index: 0 },
      { kind: "node", list: "weights", level: 1, index: 1 },
      { kind: "node", list: "weights", tensor: 0, level: 11, index: 0 },
      { kind: "descriptor", kernel: 69 },
    ];
    await agrees(nodes, scene.exhibit, ofModel);
    await refuses(ofModel(streamOf({ kind: "record", index: 0 })), "NotOfArtifact", LIST.records);
    await refuses(ofModel(streamOf({ kind: "trace" })), "NotOfArtifact", LIST.trace);
    for (const list of ["records", "input", "output", "trace"] as const) {
      const stream = streamOf({ kind: "node", list, level: 1, index: 0 });
      await refuses(ofModel(stream), "NotOfArtifact", LIST[list]);
    }
    await refuses(ofModel(Uint8Array.of(5)), "UnknownQuestion", 5);
  });

  describe("about the trace list of a record that left it to be stated", () => {
    const place = { kind: "node", list: "trace" } as const;
    const subjects: Subject[] = [
      { ...place, level: 7, index: 0 },
      { ...place, tensor: 68, level: 11, index: 0 },
    ];

    it("are refused until it is stated, and then stand on what was stated", async () => {
      const exhibit = { ...scene.exhibit, recordIndex: ON_DEMAND };
      for (const subject of subjects) await refuses(ofClaim(streamOf(subject, exhibit)), "TraceNotStated");
      await scene.harness.state(scene.id, ON_DEMAND + 1, TRACE.lists.trace.root);
      for (const subject of subjects) await refuses(ofClaim(streamOf(subject, exhibit)), "TraceNotStated");
      await scene.harness.state(scene.id, ON_DEMAND, TRACE.lists.trace.root);
      await agrees(subjects, exhibit);
      await scene.harness.state(scene.id, ON_DEMAND, noise("another"));
      const root = bytes32From(TRACE.lists.trace.root);
      await refuses(ofClaim(streamOf(subjects[0]!, exhibit)), "WrongRoot", root, noise("another"));
      await refuses(ofClaim(streamOf(subjects[1]!, exhibit)), "WrongTrace", root, noise("another"));
    });

    it("never stand on a statement where the record states its trace itself", async () => {
      await scene.harness.state(scene.id, EAGER, noise("another"));
      await agrees(subjects);
    });

    it("about its inputs and outputs need no trace", async () => {
      const exhibit = { ...scene.exhibit, recordIndex: ON_DEMAND };
      await agrees(
        [
          { kind: "node", list: "input", level: 1, index: 0 },
          { kind: "node", list: "output", tensor: 1, level: 0, index: 0 },
        ],
        exhibit,
      );
    });
  });

  describe("are refused", () => {
    /** Bytes of kind, list and inside, of RECORD over five records, of MODEL. */
    const HEAD = 3;
    const RECORD = 185 + 3 * 32;
    const MODEL = 16 + 4 * 32 + 20 + 32;

    it("with UnknownQuestion for another kind, and for none", async () => {
      for (const kind of [0, 5, 255]) await refuses(ofClaim(Uint8Array.of(kind)), "UnknownQuestion", kind);
    });

    it("with UnknownTree for another list, and inside of what holds no tensors", async () => {
      const tree = (list: number, inside: number) => ofClaim(Uint8Array.of(3, list, inside));
      for (const list of [0, 4, 5]) await refuses(tree(list, 1), "UnknownTree", list, 1);
      for (const list of [1, 2, 3, 6]) await refuses(tree(list, 2), "UnknownTree", list, 2);
      for (const list of [7, 255]) await refuses(tree(list, 0), "UnknownTree", list, 0);
    });

    it("with QuestionTooShort or TrailingQuestion for a byte too few or too many", async () => {
      const subjects: Subject[] = [
        { kind: "record", index: 1 },
        { kind: "node", list: "records", level: 1, index: 0 },
        { kind: "node", list: "weights", tensor: 0, level: 11, index: 0 },
        { kind: "descriptor", kernel: 0 },
      ];
      for (const stream of subjects.map((subject) => streamOf(subject))) {
        const { length } = stream;
        const longer = concatBytes(stream, Uint8Array.of(0));
        await refuses(ofClaim(longer), "TrailingQuestion", length + 1, length);
      }
      // The byte that is missing is read from the zeros behind, so only questions that end with a zero get that far.
      const short = streamOf({ kind: "record", index: 0 }).subarray(0, 4);
      await refuses(ofClaim(short), "QuestionTooShort", 4, 5);
    });

    it("with RecordOutOfRange from the count on", async () => {
      await ofClaim(streamOf({ kind: "record", index: 4 }));
      await refuses(ofClaim(streamOf({ kind: "record", index: 5 })), "RecordOutOfRange", 5, 5);
      const on = streamOf({ kind: "trace" }, { ...scene.exhibit, recordIndex: ON_DEMAND });
      await refuses(ofClaim(overwrite(on, 1 + 181, u32(5))), "RecordOutOfRange", 5, 5);
    });

    it("with TraceNotOnDemand for a record that states its trace", async () => {
      await refuses(ofClaim(streamOf({ kind: "trace" })), "TraceNotOnDemand", EAGER);
    });

    it("with NothingBelow for an item of a list", async () => {
      for (const list of ["records", "input", "output", "trace", "program", "weights"] as const) {
        const exhibit = scene.exhibit;
        const tree = treeAt(exhibit, list);
        const kind = { kind: "node", list, level: 0, index: tree.count - 1 } as const;
        await refuses(ofClaim(streamOf(kind)), "NothingBelow", LIST[list]);
      }
    });

    it("with LevelOutOfRange above the root and PositionOutOfRange beside the tree", async () => {
      const stream = streamOf({ kind: "node", list: "records", level: 3, index: 0 });
      await refuses(ofClaim(overwrite(stream, HEAD, [4])), "LevelOutOfRange", 4, 3);
      await refuses(ofClaim(overwrite(stream, HEAD + 1, u32(1))), "PositionOutOfRange", 1, 1);
    });

    it("with WrongRecord, WrongModel and WrongTable where a block does not lead to what is committed", async () => {
      const inside = streamOf({ kind: "node", list: "input", tensor: 0, level: 5, index: 0 });
      await expect(ofClaim(flip(inside, HEAD + 20))).to.be.revertedWithCustomError(
        scene.harness,
        "WrongRecord",
      );
      const model = HEAD + RECORD;
      await expect(ofClaim(flip(inside, model + 16))).to.be.revertedWithCustomError(
        scene.harness,
        "WrongModel",
      );
      const table = model + MODEL + 4 + 32 + 32;
      await expect(ofClaim(flip(inside, table))).to.be.revertedWithCustomError(scene.harness, "WrongTable");
    });

    it("with TensorOutOfRange, and by each list where a tensor is not its", async () => {
      const errors = {
        input: "WrongInputs",
        output: "WrongOutputs",
        trace: "WrongTrace",
        weights: "WrongWeights",
      };
      for (const [list, error] of Object.entries(errors) as [keyof typeof errors, string][]) {
        const { count } = treeAt(scene.exhibit, list);
        const { depth } = treeAt(scene.exhibit, list, 0);
        const stream = streamOf({ kind: "node", list, tensor: 0, level: depth, index: 0 });
        const at = HEAD + (list === "weights" ? 0 : RECORD) + MODEL;
        await refuses(
          ofClaim(overwrite(stream, at, u32(count))),
          "TensorOutOfRange",
          LIST[list],
          count,
          count,
        );
        await expect(ofClaim(flip(stream, at + 4))).to.be.revertedWithCustomError(scene.harness, error);
      }
    });

    it("with WrongRoot for a node of another tree, another level or another place", async () => {
      const { exhibit } = scene;
      const table = questionStream(exhibit, { kind: "node", list: "table", level: 3, index: 0 });
      const other = concatBytes(Uint8Array.of(3, LIST.program, 0), table.subarray(HEAD, HEAD + MODEL));
      const program = bytes32From(COMMITTED.program.root);
      const node = concatBytes(Uint8Array.of(7), Uint8Array.from(u32(0)), COMMITTED.table.root);
      const tableRoot = bytes32From(COMMITTED.table.root);
      await refuses(ofClaim(concatBytes(other, node)), "WrongRoot", tableRoot, program);
      const list = streamOf({ kind: "node", list: "program", level: 6, index: 0 });
      const wrong = [overwrite(list, HEAD + MODEL, [5]), overwrite(list, HEAD + MODEL + 1, u32(1))];
      for (const stream of wrong) {
        const long = stream === wrong[0] ? concatBytes(stream, new Uint8Array(32)) : stream;
        await expect(ofClaim(long)).to.be.revertedWithCustomError(scene.harness, "WrongRoot");
      }
    });

    it("with KernelOutOfRange and WrongRoot for a descriptor that is not the program's", async () => {
      const stream = streamOf({ kind: "descriptor", kernel: 69 });
      await refuses(ofClaim(overwrite(stream, 1 + MODEL, u32(70))), "KernelOutOfRange", 70, 70);
      await expect(ofClaim(flip(stream, 1 + MODEL + 4))).to.be.revertedWithCustomError(
        scene.harness,
        "WrongRoot",
      );
    });
  });

  it("of a claim over one record, and of lists of one item, are asked of the root itself", async () => {
    const records = commitRecords(scene.exhibit.records.records.slice(0, 1));
    const claim = { ...scene.claim, n: 1, recordsRoot: records.root };
    const read = (stream: Uint8Array) => scene.harness.ofClaim(claim, scene.id, scene.registry, [stream]);
    const node = questionStream(
      { ...scene.exhibit, records },
      { kind: "node", list: "records", level: 0, index: 0 },
    );
    await refuses(read(node), "NothingBelow", 0);
    const [question] = await read(questionStream(scene.exhibit, { kind: "record", index: 0 }));
    const block = recordBlock({ records, recordIndex: 0 });
    expect(await scene.harness.keyOf(FORM.record, 0, block)).to.equal(question!.key);
  });
});

describe("Inquiry: answers", () => {
  let harness: Awaited<ReturnType<typeof oneHarness>>["harness"];
  let exhibit: Exhibit;
  beforeEach(async () => {
    ({ harness, exhibit } = await networkHelpers.loadFixture(oneHarness));
  });
  const lengthOf = async (form: number, levels: number, length: number, expected: number) =>
    expect(harness.keyOf(form, levels, noiseBytes(length, "answer")))
      .to.be.revertedWithCustomError(harness, "AnswerLength")
      .withArgs(form, length, expected);

  it("of nodes and leaves have the length of their levels, one byte more or less is refused", async () => {
    for (let levels = 0; levels <= 6; levels++) {
      for (const more of [-1, 1, 32])
        await lengthOf(FORM.nodes, levels, 32 * 2 ** levels + more, 32 * 2 ** levels);
    }
    for (let levels = 0; levels <= 4; levels++) {
      for (const more of [-1, 1, 128])
        await lengthOf(FORM.leaves, levels, 128 * 2 ** levels + more, 128 * 2 ** levels);
    }
  });

  it("of levels that no question has are measured like the longest, and answer none", async () => {
    for (const levels of [7, 64, 255]) {
      await lengthOf(FORM.nodes, levels, 0, 2_048);
      const nodes = noiseBytes(2_048, "nodes");
      expect(await harness.keyOf(FORM.nodes, levels, nodes)).to.not.equal(
        await harness.keyOf(FORM.nodes, 6, nodes),
      );
    }
    for (const levels of [5, 255]) {
      await lengthOf(FORM.leaves, levels, 0, 2_048);
      const leaves = noiseBytes(2_048, "leaves");
      const key = await harness.keyOf(FORM.leaves, levels, leaves);
      expect(key).to.not.equal(await harness.keyOf(FORM.leaves, 4, leaves));
    }
  });

  it("of records have a whole path of at most twenty siblings", async () => {
    await lengthOf(FORM.record, 0, 0, 185);
    await lengthOf(FORM.record, 0, 184, 185);
    await lengthOf(FORM.record, 0, 186, 185);
    await lengthOf(FORM.record, 0, 185 + 33, 185 + 32);
    await lengthOf(FORM.record, 0, 185 + 21 * 32, 185 + 20 * 32);
    const beside = overwrite(recordBlock(exhibit), 181, u32(8));
    await expect(harness.keyOf(FORM.record, 0, beside))
      .to.be.revertedWithCustomError(harness, "PositionOutOfRange")
      .withArgs(8, 8);
  });

  it("of descriptors have at most 8,192 bytes", async () => {
    await harness.keyOf(FORM.descriptor, 0, noiseBytes(8_192, "kernel"));
    await lengthOf(FORM.descriptor, 0, 8_193, 8_192);
  });

  it("answer nothing else: another byte, swapped children, nodes for leaves and leaves for nodes change the key", async () => {
    const place = { kind: "node", list: "weights", tensor: 0 } as const;
    for (const [form, levels, subject] of [
      [FORM.nodes, 1, { ...place, level: 5, index: 0 }],
      [FORM.nodes, 6, { ...place, level: 10, index: 1 }],
      [FORM.leaves, 0, { ...place, level: 0, index: 9 }],
      [FORM.leaves, 4, { ...place, level: 4, index: 3 }],
      [FORM.record, 0, { kind: "record", index: 3 }],
      [FORM.descriptor, 0, { kind: "descriptor", kernel: 50 }],
    ] as const) {
      const data = answerData(exhibit, subject);
      const { key } = keyOf(exhibit, subject, ZERO_HASH);
      expect(await harness.keyOf(form, levels, data)).to.equal(key);
      for (const at of [0, data.length >> 1, data.length - 1]) {
        expect(await harness.keyOf(form, levels, flip(data, at))).to.not.equal(key);
      }
      const swapped = concatBytes(data.subarray(data.length / 2), data.subarray(0, data.length / 2));
      if (form === FORM.nodes || levels > 0) {
        expect(await harness.keyOf(form, levels, swapped)).to.not.equal(key);
      }
    }
    // Four nodes are as long as a leaf, and two levels of them end in another node than its hash.
    const leaf = answerData(exhibit, { ...place, level: 0, index: 0 });
    const keys = [await harness.keyOf(FORM.leaves, 0, leaf), await harness.keyOf(FORM.nodes, 2, leaf)];
    expect(keys).to.include(keyOf(exhibit, { ...place, level: 0, index: 0 }, ZERO_HASH).key);
    expect(keys[0]).to.not.equal(keys[1]);
  });

  it("of a form without data answer nothing that can be asked", async () => {
    const none = await harness.keyOf(0, 0, Uint8Array.of(1));
    expect(none).to.equal(await harness.keyOf(0, 0, Uint8Array.of(2)));
  });
});
