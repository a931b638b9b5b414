import {
  absentNodeEvidence,
  absentRecordEvidence,
  elementEvidence,
  outputRootEvidence,
  paddingEvidence,
} from "../../src/dispute/evidence.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import { elementBytes } from "../../src/program/dtype.js";
import { leafCount } from "../../src/program/tensor-table.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import type { RecordList } from "../../src/trace/committed-trace.js";
import type { Trace } from "../../src/trace/commit-run.js";
import { absentNode, nodeAt } from "../../src/trace/tree.js";
import type { Tree } from "../../src/trace/tree.js";
import { layoutOf } from "./evidence-layout.js";

const LISTS = [undefined, "input", "output", "trace"] as const;

/** What evidence says is wrong; undefined where it is not what everything the operator committed to makes of it. */
export type Judged = { readonly fault: string } | undefined;

/**
 * Judges evidence with everything at hand: the operator's whole commitment, and an own run of the same input. Evidence
 * must be, byte for byte, what the whole commitment gives for its place, and the place must be wrong.
 */
export function judgeEvidence(evidence: Uint8Array, exhibit: Exhibit, own: Trace): Judged {
  const view = new DataView(evidence.buffer, evidence.byteOffset, evidence.byteLength);
  const body = layoutOf(exhibit).body;
  const { committed, trace, records } = exhibit;
  const { artifact } = committed;
  const firstKernel = artifact.inputs.length + artifact.weights.length;
  const firstOutput = artifact.table.length - artifact.outputs.length;
  const ids = { input: 0, output: firstOutput, trace: firstKernel };
  const is = (fault: string, expected: Uint8Array, isWrong: boolean): Judged =>
    isWrong && Buffer.compare(evidence, expected) === 0 ? { fault } : undefined;
  const differ = (a: Tree, b: Tree, index: number): boolean =>
    Buffer.compare(nodeAt(a, 0, index), nodeAt(b, 0, index)) !== 0;

  switch (view.getUint8(0)) {
    case 1: {
      const kernel = view.getUint32(body);
      const element = view.getUint32(body + 4);
      const { dtype } = artifact.table[firstKernel + kernel] as TensorEntry;
      const size = elementBytes(dtype);
      const at = (tree: Tree | undefined) =>
        tree?.source.subarray(element * size, (element + 1) * size) ?? [];
      const isWrong =
        Buffer.compare(
          Uint8Array.from(at(trace.tensor("trace", kernel))),
          at(own.tensor("trace", kernel)) as Uint8Array,
        ) !== 0;
      const operandsAreOwn = Array.from({ length: kernel }, (_, earlier) => earlier).every(
        (earlier) => !differ(trace.lists.trace, own.lists.trace, earlier),
      );
      return is("element", elementEvidence(exhibit, { kernel, element }), isWrong && operandsAreOwn);
    }
    case 2: {
      const output = view.getUint32(body);
      const twin = artifact.kernels.length - artifact.outputs.length + output;
      const stated = nodeAt(trace.lists.output, 0, output);
      const isWrong = Buffer.compare(stated, nodeAt(trace.lists.trace, 0, twin)) !== 0;
      return is("output-root", outputRootEvidence(exhibit, output), isWrong);
    }
    case 3: {
      const list = LISTS[view.getUint8(body)] as RecordList;
      const index = view.getUint32(body + 1);
      const { count, dtype } = artifact.table[ids[list] + index] as TensorEntry;
      const behind = trace
        .tensor(list, index)
        ?.source.subarray(count * elementBytes(dtype), 128 * leafCount({ count, dtype }));
      return is(
        "padding",
        paddingEvidence(exhibit, { list, index }),
        behind?.some((byte) => byte !== 0) ?? false,
      );
    }
    case 4: {
      const list = LISTS[view.getUint8(1)];
      if (list === undefined) {
        const at = { level: view.getUint8(3), index: view.getUint32(4) };
        return is(
          "absent-node",
          absentRecordEvidence(records.tree, at),
          isStray(records.tree, at, records.records.length),
        );
      }
      const at = body + 2;
      if (view.getUint8(2) === 0) {
        const tree = trace.lists[list];
        const place = { level: view.getUint8(at), index: view.getUint32(at + 1) };
        const counts = {
          input: artifact.inputs.length,
          output: artifact.outputs.length,
          trace: artifact.kernels.length,
        };
        const expected = absentNodeEvidence(exhibit, { list, level: place.level, position: place.index });
        return is("absent-node", expected, isStray(tree, place, counts[list]));
      }
      const tensor = view.getUint32(at);
      const entry = artifact.table[ids[list] + tensor] as TensorEntry;
      for (const [level, position] of nodesOverAbsent(leafCount(entry))) {
        const expected = absentNodeEvidence(exhibit, { list, tensor, level, position });
        if (Buffer.compare(evidence, expected) !== 0) continue;
        const tree = trace.tensor(list, tensor) as Tree;
        return is("absent-node", expected, isStray(tree, { level, index: position }, leafCount(entry)));
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

function isStray(tree: Tree, { level, index }: { level: number; index: number }, count: number): boolean {
  if (index * 2 ** level < count) return false;
  return Buffer.compare(nodeAt(tree, level, index), absentNode(tree.form, level)) !== 0;
}

/** Every node of a tree of `count` positions that stands over absent ones alone. */
function* nodesOverAbsent(count: number): Generator<readonly [level: number, index: number]> {
  const depth = Math.ceil(Math.log2(count));
  for (let level = 0; level <= depth; level++) {
    for (let index = Math.ceil(count / 2 ** level); index < 2 ** (depth - level); index++)
      yield [level, index];
  }
}
