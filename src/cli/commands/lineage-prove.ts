import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Contracts } from "../../chain/contracts.js";
import { bindEdgeCall, showForeignParentCall, stateEdgeCall } from "../../chain/lineage-calls.js";
import type { Call } from "../../chain/move-call.js";
import { readClaim } from "../../chain/read-claim.js";
import { readEdge } from "../../chain/read-lineage.js";
import type { Edge } from "../../chain/read-lineage.js";
import { readPublication } from "../../chain/read-model.js";
import { parentItem } from "../../claim/claim.js";
import { findBinding } from "../../claim/find-binding.js";
import { listOf, openParent } from "../../claim/parent-list.js";
import type { Parent, ParentTree } from "../../claim/parent-list.js";
import { openRecordOf } from "../../claim/record-opening.js";
import type { RecordOpening } from "../../claim/record-opening.js";
import { commitRecords } from "../../claim/record-list.js";
import { requireParents } from "../../claim/require-parents.js";
import { OnusError } from "../../errors/onus-error.js";
import type { Artifact } from "../../program/artifact.js";
import { prepareModel } from "../../run/engine.js";
import { readArtifact } from "../../store/read-artifact.js";
import { readBytes } from "../../store/read-file.js";
import { commitRun } from "../../trace/commit-run.js";
import { decodeTraceFile } from "../../trace/trace-file.js";
import { nodeAt, rootOfBytes } from "../../trace/tree.js";
import type { Tree } from "../../trace/tree.js";
import { bytes32From } from "../../types/bytes32.js";
import type { Bytes32 } from "../../types/bytes32.js";
import { parseCount } from "../../types/count.js";
import type { Act } from "../does.js";
import { readElements, readInputs } from "../input-data.js";
import { describeParent, readNamedRecord, readParent } from "../record-name.js";
import type { NamedRecord } from "../record-name.js";
import { sendOrPlan } from "../transactions.js";
import { openForActing } from "../where.js";
import type { Sending } from "../options.js";

type ChildOptions = Sending & { readonly record: string; readonly parent?: readonly string[] };
type BindOptions = ChildOptions & {
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly artifact?: string;
};

/** A record with the list of all it was made from. */
type Child = { readonly opening: RecordOpening; readonly id: Bytes32; readonly named: ParentTree };

/** Edges that somebody has shown already are told and not sent. */
export const state: Act<ChildOptions> = async ({ args, options, reporter }) => {
  const { contracts } = await openForActing(options);
  const child = await readChild(contracts, args[0] as string, options);
  const wanted = args[1] === undefined ? undefined : await readParent(contracts, args[1]);
  const positions =
    wanted === undefined ? [...child.named.items.keys()] : [positionOf(contracts, child, wanted)];
  const edges: { readonly parent: Parent; readonly before: Edge }[] = [];
  const calls: Call[] = [];
  for (const position of positions) {
    const { parent, edge } = await edgeAt(contracts, child, position);
    edges.push({ parent, before: edge });
    if (edge === "none") calls.push(await stateCall(contracts, child, position));
  }
  return sendOrPlan({ contracts, calls, options, reporter }, (transactions) => ({
    value: { child: refOf(child), edges, transactions },
    text:
      edges.length === 0
        ? "the record names no parents"
        : edges.map(({ parent }) => `shown: made from ${describeParent(contracts, parent)}`).join("\n"),
  }));
};

/** The tensor that went from parent to child is found by comparing the roots of all the child took in and the parent put out. */
export const bind: Act<BindOptions> = async ({ args, options, reporter }) => {
  const { contracts } = await openForActing(options);
  const [childFile, parentFile] = args as [string, string];
  const child = await readChild(contracts, childFile, options);
  const parent = await readNamedRecord(contracts, parentFile, "<parent>");
  const position = positionOf(contracts, child, {
    ...{ claimId: parent.id, recordIndex: parent.recordIndex, book: contracts.claimPlace },
  });
  const parentOpening = openingOf(parent, parentFile);
  const [childModel, parentModel] = await Promise.all(
    [child.opening, parentOpening].map(({ claim }) => readPublication(contracts, claim.modelId)),
  );
  const { edge } = await edgeAt(contracts, child, position);
  const binding = findBinding(
    await inputRoots(child, childModel!.commitment.inputCount, childFile, options.input),
    await outputRoots(parentOpening, parentModel!.commitment.outputCount, parentFile, options),
  );
  const names = { child: nameOf(refOf(child)), parent: `${parent.id}:${parent.recordIndex}` };
  if (binding === undefined) throw new OnusError("NOTHING_IN_COMMON", names);
  const calls: Call[] = edge === "none" ? [await stateCall(contracts, child, position)] : [];
  if (edge !== "bound") {
    const both = { childModel: childModel!, parentModel: parentModel! };
    calls.push(bindEdgeCall(contracts, { child: child.opening, parent: parentOpening, binding, ...both }));
  }
  const { input, output, tensorRoot } = binding;
  return sendOrPlan({ contracts, calls, options, reporter }, (transactions) => ({
    value: { ...names, input: input.position, output: output.position, tensorRoot, transactions },
    text: `bound: input ${input.position} of ${names.child} is output ${output.position} of ${names.parent}`,
  }));
};

async function readChild(contracts: Contracts, text: string, options: ChildOptions): Promise<Child> {
  const named = await readNamedRecord(
    contracts,
    `${text}:${parseCount(options.record, "--record")}`,
    "--record",
  );
  const opening = openingOf(named, text);
  const { recordIndex: index, record } = opening;
  const kept = named.file?.parents?.[index];
  if (options.parent === undefined && kept === undefined && record.parentsCount > 0) {
    throw new OnusError("PARENTS_UNKNOWN", { claimId: named.id, index, count: record.parentsCount });
  }
  const given: Parent[] = [];
  for (const parent of options.parent ?? []) given.push(await readParent(contracts, parent));
  const parents = options.parent === undefined ? (kept ?? []) : given;
  return { opening, id: named.id, named: requireParents(record, parents, index) };
}

/** An id names a claim and none of its records: what is shown of one takes its claim file. */
function openingOf({ file, recordIndex }: NamedRecord, text: string): RecordOpening {
  if (file !== undefined) return openRecordOf(file.claim, commitRecords(file.records), recordIndex);
  throw new OnusError("CLAIM_FILE", { expected: "a claim.json with its records", found: text });
}

const refOf = ({ opening, id }: Child) => ({ claimId: id, recordIndex: opening.recordIndex });
const nameOf = ({ claimId, recordIndex }: ReturnType<typeof refOf>): string => `${claimId}:${recordIndex}`;

function positionOf(contracts: Contracts, child: Child, parent: Parent): number {
  const position = child.named.items.indexOf(parentItem(parent, parent.book));
  if (position >= 0) return position;
  const { claimId, recordIndex: index } = refOf(child);
  throw new OnusError("PARENT_NOT_NAMED", { claimId, index, parent: describeParent(contracts, parent) });
}

async function edgeAt(
  contracts: Contracts,
  child: Child,
  position: number,
): Promise<{ readonly parent: Parent; readonly edge: Edge }> {
  const ends = {
    child: parentItem(refOf(child), contracts.claimPlace),
    parent: child.named.items[position] as Bytes32,
  };
  return { parent: child.named.parents[position] as Parent, edge: await readEdge(contracts, ends) };
}

async function stateCall(contracts: Contracts, child: Child, position: number): Promise<Call> {
  const { book, claimId, recordIndex } = child.named.parents[position] as Parent;
  const { opening } = child;
  const path = openParent(child.named, position);
  const own = contracts.claimPlace;
  if (book.chainId !== own.chainId || book.contract !== own.contract) {
    return showForeignParentCall(contracts, { child: opening, path, parent: { book, claimId, recordIndex } });
  }
  const claim = await readClaim(contracts, claimId);
  return stateEdgeCall(contracts, { child: opening, path, parent: { claim, recordIndex } });
}

/** A list of one item is that item. */
async function inputRoots(
  { opening }: Child,
  count: number,
  file: string,
  given: readonly string[] | undefined,
): Promise<readonly Bytes32[]> {
  const { inputRoot } = opening.record;
  const beside = Array.from({ length: count }, (_, number) => join(dirname(file), `input-${number}.bin`));
  const files = given ?? (beside.every((path) => existsSync(path)) ? beside : undefined);
  if (files !== undefined)
    return checked("list of inputs", await Promise.all(files.map(rootOfFile)), inputRoot);
  if (count === 1) return [inputRoot];
  throw new OnusError("TENSORS_UNKNOWN", { of: "child's inputs", count });
}

/** From files, from the trace that was handed over with the claim, or by running the parent's model again. */
async function outputRoots(
  { record, recordIndex }: RecordOpening,
  count: number,
  file: string,
  { output, artifact }: BindOptions,
): Promise<readonly Bytes32[]> {
  const { outputRoot } = record;
  const piece = "list of outputs";
  if (output !== undefined) return checked(piece, await Promise.all(output.map(rootOfFile)), outputRoot);
  if (count === 1) return [outputRoot];
  if (artifact === undefined || recordIndex > 0)
    throw new OnusError("TENSORS_UNKNOWN", { of: "parent's outputs", count });
  const read = readArtifact(artifact).artifact;
  const trace = join(dirname(file), "trace.bin");
  const { output: list } = existsSync(trace)
    ? decodeTraceFile(readBytes(trace), read).trace.lists
    : await runAgain(read, dirname(file));
  return checked(piece, itemsOf(list), outputRoot);
}

async function runAgain(artifact: Artifact, directory: string): Promise<{ readonly output: Tree }> {
  const files = artifact.inputs.map((_, number) => join(directory, `input-${number}.bin`));
  return commitRun(artifact, prepareModel(artifact).run(await readInputs(artifact, files))).lists;
}

const itemsOf = (list: Tree): Bytes32[] =>
  Array.from({ length: list.count }, (_, at) => bytes32From(nodeAt(list, 0, at)));

/** Tensors that make another list than the record's are no part of it. */
function checked(piece: string, roots: readonly Bytes32[], expected: Bytes32): readonly Bytes32[] {
  const found = bytes32From(listOf(roots).root);
  if (found !== expected) throw new OnusError("HANDED_OVER_MISMATCH", { piece, found, expected });
  return roots;
}

const rootOfFile = async (path: string): Promise<Bytes32> =>
  bytes32From(rootOfBytes(await readElements(path)));
