import type { Artifact, Port } from "../program/artifact.js";
import { elementBytes } from "../program/dtype.js";
import { LEAF_BYTES, TABLE_ENTRY_BYTES, decodeTable, leafCount } from "../program/tensor-table.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import { nodeAt } from "../trace/tree.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { aboutDescriptor, aboutNode } from "./ask-about.js";
import type { NodePlace } from "./ask-about.js";
import type { DisputeView } from "./dispute-view.js";
import type { Insight } from "./insight.js";
import { bytesKnown, knownTree } from "./known-tree.js";
import type { KnownTree } from "./known-tree.js";
import { questionKey } from "./question.js";
import type { Question } from "./question.js";
import { reveal } from "./search.js";

type Seen =
  | { readonly kind: "known"; readonly committed: CommittedArtifact }
  | { readonly kind: "ask"; readonly question: Question };

/**
 * What to ask next about an artifact that is not at hand: table, program, then weights, in order. Once all of it is known
 * it rests unchecked until somebody holds it (`artifactFromAnswers`).
 */
export function lookIntoArtifact(view: DisputeView): Insight {
  const seen = seeArtifact(view);
  if (seen.kind === "known") return { kind: "rest", because: "unchecked: artifact" };
  return { ...seen, withheld: "artifact" };
}

/** The artifact once nothing of it is left to ask. Names and shapes of its ports are not on chain: it has made-up ones. */
export function artifactFromAnswers(view: DisputeView): CommittedArtifact | undefined {
  const seen = seeArtifact(view);
  return seen.kind === "known" ? seen.committed : undefined;
}

function seeArtifact({ model, answers }: Pick<DisputeView, "model" | "answers">): Seen {
  const { commitment, identity } = model;
  const { inputCount, weightCount, kernelCount, outputCount } = commitment;
  const list = (count: number, root: Bytes32): KnownTree =>
    knownTree({ form: "list", count, root: hexToBytes(root.slice(2)) }, answers.data);
  const bytes = (count: number, root: Uint8Array): KnownTree =>
    knownTree({ form: "bytes", count, root }, answers.data);

  const tableBytes = TABLE_ENTRY_BYTES * (inputCount + weightCount + kernelCount);
  const table = bytes(Math.ceil(tableBytes / LEAF_BYTES), hexToBytes(commitment.tableRoot.slice(2)));
  /** The question about the first part of a tree that is not known. */
  const missing = (tree: KnownTree, place: Omit<NodePlace, "level" | "index">): Seen | undefined => {
    // What stands at absent positions of an artifact is read by nobody.
    const sight = reveal(tree, "ignored");
    if (sight.kind !== "ask") return undefined;
    return { kind: "ask", question: aboutNode({ model, table }, { ...place, ...sight.at }) };
  };
  const tableMissing = missing(table, { list: "table", tree: table });
  if (tableMissing !== undefined) return tableMissing;
  const entries = decodeTable(bytesKnown(table).subarray(0, tableBytes));

  const program = list(kernelCount, commitment.programRoot);
  const programMissing = missing(program, { list: "program", tree: program });
  if (programMissing !== undefined) return programMissing;
  const kernels: Uint8Array[] = [];
  for (let kernel = 0; kernel < kernelCount; kernel++) {
    const { key } = questionKey("descriptor", 0, bytes32From(nodeAt(program, 0, kernel)));
    const descriptor = answers.data.get(key);
    if (descriptor === undefined) return { kind: "ask", question: aboutDescriptor(model, program, kernel) };
    kernels.push(descriptor);
  }

  const weights = list(weightCount, commitment.weightsRoot);
  const weightsMissing = missing(weights, { list: "weights", tree: weights });
  if (weightsMissing !== undefined) return weightsMissing;
  const weightTensors: KnownTree[] = [];
  for (let index = 0; index < weightCount; index++) {
    const tree = bytes(leafCount(entries[inputCount + index] as TensorEntry), nodeAt(weights, 0, index));
    const weightMissing = missing(tree, { list: "weights", tree: weights, tensor: { index, tree } });
    if (weightMissing !== undefined) return weightMissing;
    weightTensors.push({ ...tree, source: bytesKnown(tree) });
  }

  const port = (name: string, { count, dtype }: TensorEntry): Port => ({ name, shape: [count], dtype });
  const artifact: Artifact = {
    inputs: entries.slice(0, inputCount).map((entry, index) => port(`input ${index}`, entry)),
    outputs: entries
      .slice(entries.length - outputCount)
      .map((entry, index) => port(`output ${index}`, entry)),
    table: entries,
    kernels,
    weights: weightTensors.map(({ source }, index) => {
      const { count, dtype } = entries[inputCount + index] as TensorEntry;
      return source.subarray(0, count * elementBytes(dtype));
    }),
  };
  const trees = { program, table, weights, weightTensors };
  return { kind: "known", committed: { artifact, id: identity.artifactId, commitment, ...trees } };
}
