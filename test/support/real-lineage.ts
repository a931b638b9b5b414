import type { NetworkConnection } from "hardhat/types/network";

import { makeMixer } from "../../scripts/explorer/models.js";
import { itemsOf } from "../../scripts/explorer/shelf.js";
import { bindEdge } from "../../src/chain/bind-edge.js";
import { publishModel } from "../../src/chain/publish-model.js";
import { pushTaint } from "../../src/chain/push-taint.js";
import { stateEdge } from "../../src/chain/state-edge.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { claimOneRecord } from "../../src/claim/claim-one-record.js";
import type { Claim } from "../../src/claim/claim.js";
import { findBinding } from "../../src/claim/find-binding.js";
import { commitParents, openParent } from "../../src/claim/parent-list.js";
import type { Parent, RecordRef } from "../../src/claim/parent-list.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { openRecordOf, refOf } from "../../src/claim/record-opening.js";
import type { RecordOpening } from "../../src/claim/record-opening.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { assembleExhibit } from "../../src/dispute/assemble-exhibit.js";
import { evidenceOfFinding } from "../../src/dispute/evidence-of-finding.js";
import { locateFault } from "../../src/dispute/locate-fault.js";
import type { TensorData } from "../../src/program/dtype.js";
import { prepareModel, tensorOfBytes } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun, rootsOf } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import type { Tree } from "../../src/trace/tree.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { deployedProtocol } from "./deployed.js";
import type { Actor } from "./deployed.js";
import { withFlippedBit } from "./forge-trace.js";
import { bytes32 } from "./protocol.js";
import { randomFloats } from "./tiny-tensors.js";

/** A result of a real run that stands in a claim of its own, and everything behind it. */
export type Heir = {
  readonly claim: Claim;
  readonly record: InferenceRecord;
  readonly opening: RecordOpening;
  readonly ref: RecordRef;
  readonly parents: readonly Parent[];
  readonly inputs: readonly TensorData[];
  /** As it was committed, which is not as it was computed where `lie` was asked for. */
  readonly trace: CommittedTrace;
};

/** The last kernel of a mixer: the lie is in the output, where a child takes it in. */
const EMBEDDING = 4;
const WRONG_ELEMENT = 9;

/**
 * The real parts, and a published model whose output fits its input. `stranger` is no party to anything: it states and binds
 * edges, pushes taint and notes claims.
 */
export async function realLineage(connection: NetworkConnection) {
  const protocol = await deployedProtocol(connection);
  const { publisher, requester: stranger, challenger } = protocol;
  const made = makeMixer(1);
  const committed = commitArtifact(made.artifact);
  const { modelId, identity } = await publishModel({
    ...{ contracts: publisher.contracts, publisher: publisher.address, committed },
  });
  const prepared = prepareModel(made.artifact);
  const runOf = (inputs: readonly TensorData[]) => commitRun(made.artifact, prepared.run(inputs));
  const book = publisher.contracts.claimPlace;
  let nonce = 0n;

  /** Runs the model, and claims what came out of it, or what differs from it in one bit of one element. */
  async function claimed(
    by: Actor,
    given: {
      readonly inputs?: readonly TensorData[];
      readonly parents?: readonly Heir[];
      readonly lie?: boolean;
      readonly seconds?: bigint;
    } = {},
  ): Promise<Heir> {
    const number = nonce++;
    const { inputs = [randomFloats([64], { seed: `${number}` })], seconds = 60n } = given;
    const truth = runOf(inputs);
    const bit = WRONG_ELEMENT * 32 + 20;
    const trace = given.lie === true ? withFlippedBit(truth, { index: EMBEDDING, bit }) : truth;
    const parents = (given.parents ?? []).map(({ ref }): Parent => ({ ...ref, book }));
    const { claim, record } = claimOneRecord(
      {
        ...{ operator: by.address, modelId, nonce: number },
        ...{ liability: asWei(10n ** 16n), window: asSeconds(seconds) },
      },
      { requester: stranger.address, salt: bytes32(Number(number)), roots: rootsOf(trace.lists), parents },
    );
    await submitClaim(by.contracts, claim);
    const opening = openRecordOf(claim, commitRecords([record]), 0);
    return { claim, record, opening, ref: refOf(opening, book), parents, inputs, trace };
  }

  return {
    ...protocol,
    ...{ stranger, committed, modelId, identity, book, claimed },
    /** What a result made from this one takes in. */
    outputOf: ({ trace }: Heir): readonly TensorData[] => [
      tensorOfBytes((trace.tensor("output", 0) as Tree).source, { count: 64, dtype: "f32" }),
    ],
    state: (child: Heir, parent: Heir, position = 0) =>
      stateEdge(stranger.contracts, {
        child: child.opening,
        path: openParent(commitParents(child.parents), position),
        parent: { claim: parent.claim, recordIndex: 0 },
      }),
    /** Over whatever tensor the two have in common. */
    bind: (child: Heir, parent: Heir) => {
      const binding = findBinding(itemsOf(child.trace.lists.input), itemsOf(parent.trace.lists.output));
      if (binding === undefined) throw new Error("child and parent have no tensor in common");
      const model = { identity, commitment: committed.commitment };
      return bindEdge(stranger.contracts, {
        ...{ child: child.opening, parent: parent.opening, binding, childModel: model, parentModel: model },
      });
    },
    push: (child: Heir, parent: Heir) =>
      pushTaint(stranger.contracts, { child: child.ref, parent: parent.ref }),
    /** One's own run against what was committed, and the one transaction that proves what is wrong. */
    convict: async ({ claim, record, inputs, trace }: Heir): Promise<void> => {
      const finding = locateFault(made.artifact, runOf(inputs), trace);
      const handed = { claim, records: [record], model: identity, committed, trace };
      const exhibit = assembleExhibit(handed, challenger.contracts.registryPlace, 0);
      const evidence = evidenceOfFinding(exhibit, finding);
      if (evidence === undefined) throw new Error(`there is nothing to convict: ${finding.kind}`);
      const { referee } = challenger.contracts;
      await (await referee.convict(claim, evidence, challenger.address)).wait();
    },
  };
}

export type RealLineage = Awaited<ReturnType<typeof realLineage>>;
