import type { NetworkConnection } from "hardhat/types/network";

import type { Claim } from "../../src/claim/claim.js";
import { findBinding } from "../../src/claim/find-binding.js";
import {
  commitParents,
  listOf,
  openParent,
  type Parent,
  type RecordRef,
} from "../../src/claim/parent-list.js";
import { openRecordOf, refOf, type RecordOpening } from "../../src/claim/record-opening.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import type { ArtifactCommitment } from "../../src/model/artifact-id.js";
import { asAddress } from "../../src/types/address.js";
import { bytes32From, ZERO_HASH, type Bytes32 } from "../../src/types/bytes32.js";
import type { Place } from "../../src/types/place.js";
import {
  ARTIFACT,
  bytes32,
  convict,
  deployProtocol,
  makeClaim,
  makeRecord,
  publish,
  stake,
} from "./protocol.js";

export const EDGE = { NONE: 0, FOREIGN: 1, STATED: 2, BOUND: 3 } as const;
export const TAINT = { NOT_PUSHED: 0, TAINTED: 1 } as const;

/** Three inputs and two outputs: lists with an absent item, and without one. */
export const JOINING: ArtifactCommitment = { ...ARTIFACT, kernelCount: 5, inputCount: 3, outputCount: 2 };

/** A record that was claimed, and the tensors at its ends. */
export type Result = {
  readonly opening: RecordOpening;
  readonly ref: RecordRef;
  readonly inputs: readonly Bytes32[];
  readonly outputs: readonly Bytes32[];
  readonly parents: readonly Parent[];
};

export type Made = {
  readonly inputs?: readonly Bytes32[];
  readonly outputs?: readonly Bytes32[];
  readonly parents?: readonly Parent[];
  readonly record?: Partial<InferenceRecord>;
};

/** A deployment with a model of three inputs and two outputs, and an operator whose results can be made from results. */
export async function lineageScene(connection: NetworkConnection<"generic">) {
  const protocol = await deployProtocol(connection);
  const { actors, claimBook } = protocol;
  const modelId = await publish(protocol, JOINING);
  await stake(protocol, actors.operator, 10_000_000n);
  await stake(protocol, actors.otherOperator, 10_000_000n);
  const { chainId } = await protocol.ethers.provider.getNetwork();
  const book: Place = { chainId, contract: asAddress(await claimBook.getAddress()) };
  let tensors = 0x1000;
  let nonce = 0n;
  const fresh = (count: number): Bytes32[] => Array.from({ length: count }, () => bytes32(tensors++));

  /** One claim over as many records, not submitted. */
  function draft(all: readonly Made[], terms: Partial<Claim> = {}): readonly Result[] {
    const ends = all.map(({ inputs = fresh(3), outputs = fresh(2), parents = [], record = {} }) => {
      const named = commitParents(parents);
      const made = makeRecord(actors.requester.address, {
        salt: bytes32(tensors++),
        inputRoot: bytes32From(listOf(inputs).root),
        outputRoot: bytes32From(listOf(outputs).root),
        parentsRoot: named.count === 0 ? ZERO_HASH : named.root,
        parentsCount: named.count,
        ...record,
      });
      return { inputs, outputs, parents, record: made };
    });
    const records = commitRecords(ends.map(({ record }) => record));
    const claim = makeClaim(actors.operator.address, modelId, {
      ...{ recordsRoot: records.root, n: all.length, nonce: nonce++ },
      ...terms,
    });
    return ends.map(({ inputs, outputs, parents }, index) => {
      const opening = openRecordOf(claim, records, index);
      return { opening, ref: refOf(opening, book), inputs, outputs, parents };
    });
  }

  async function submit(results: readonly Result[]): Promise<void> {
    const { claim } = results[0]!.opening;
    const from = claim.operator === asAddress(actors.operator.address) ? actors.operator : undefined;
    await claimBook.connect(from ?? actors.otherOperator).submit(claim);
  }

  /** A record of a claim of its own, submitted. */
  async function claimed(made: Made = {}, terms: Partial<Claim> = {}): Promise<Result> {
    const [result] = draft([made], terms);
    await submit([result!]);
    return result!;
  }

  const scene = {
    ...protocol,
    ...{ modelId, book, fresh, draft, submit, claimed },
    parentOf: ({ ref }: Pick<Result, "ref">): Parent => ({ ...ref, book }),
    model: { publisher: actors.publisher.address, superseded: ZERO_HASH, artifact: JOINING },
    itemOf: ({ ref }: Pick<Result, "ref">): Promise<string> => protocol.lineage.itemOf(ref),
    fall: ({ opening }: Result) => convict(protocol, opening.claim, actors.challenger.address),
    finalize: async ({ opening }: Result) => {
      await connection.networkHelpers.time.increase(60);
      return claimBook.finalize(opening.claim);
    },
  };
  return scene;
}

export type LineageScene = Awaited<ReturnType<typeof lineageScene>>;

/** What `stateEdge` takes; the parent is the child's `position`-th. */
export function statement(child: Result, position: number, parent: Result) {
  const path = openParent(commitParents(child.parents), position);
  return [child.opening, path, parent.opening.claim, parent.opening.recordIndex] as const;
}

/** What `bindEdge` takes for the first tensor that both have. */
export function binding({ model }: Pick<LineageScene, "model">, child: Result, parent: Result) {
  const found = findBinding(child.inputs, parent.outputs);
  if (found === undefined) throw new Error("child and parent have no tensor in common");
  return [child.opening, parent.opening, { ...found, childModel: model, parentModel: model }] as const;
}
