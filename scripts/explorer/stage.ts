import { finalizeCall, submitCall } from "../../src/chain/claim-calls.js";
import { publishCall } from "../../src/chain/model-calls.js";
import { noteClaimCall } from "../../src/chain/note-claim.js";
import { approveStakeCall, depositCall, registerCall, wrapCall } from "../../src/chain/operator-calls.js";
import { claimId } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import { commitParents } from "../../src/claim/parent-list.js";
import type { Parent } from "../../src/claim/parent-list.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { modelId } from "../../src/model/model-id.js";
import { encodeArtifactFile } from "../../src/program/artifact-file.js";
import type { TensorData } from "../../src/program/dtype.js";
import { prepareModel } from "../../src/run/engine.js";
import type { Model as Prepared } from "../../src/run/engine.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun, rootsOf } from "../../src/trace/commit-run.js";
import type { Trace } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import type { Address } from "../../src/types/address.js";
import { asBytes32, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import { Random } from "../../test/support/random.js";
import { randomFloats } from "../../test/support/tiny-tensors.js";
import { makeAgenda } from "./agenda.js";
import type { Agenda } from "./agenda.js";
import { REQUESTERS, WATCHTOWER } from "./cast.js";
import type { Character } from "./cast.js";
import type { Ground } from "./ground.js";
import type { Made } from "./models.js";
import type { Claimed, Model, Shelf } from "./shelf.js";

/** Phases as the claim book numbers them. */
export const OPEN = 1;
export const CONTESTED = 2;
export const HOUR = 3_600;

/** One record to be claimed. `lie` is what the operator commits to in place of the truth. */
export type Wanted = {
  readonly inputs: readonly TensorData[];
  readonly parents?: readonly Parent[];
  readonly lie?: (truth: CommittedTrace) => CommittedTrace;
  readonly onDemand?: boolean;
};

export type Terms = {
  /** Of the window: `seconds`, else `hours`. */
  readonly seconds?: number;
  readonly hours?: number;
  /** Ether; its character's own when absent. */
  readonly liability?: string;
  readonly isShown?: boolean;
  /** The account whose key submits, when it is not the operator's own. */
  readonly by?: number;
};

/** What those who act on the seeded chain can do, and what is remembered of it. The same calls give the same history. */
export type Stage = Agenda & {
  readonly ground: Ground;
  readonly random: Random;
  readonly shelf: Shelf;
  readonly prepared: ReadonlyMap<Bytes32, Prepared>;
  readonly addressOf: (account: number) => Address;
  readonly register: (who: Character, endpoint: string) => Promise<void>;
  readonly publish: (account: number, made: Made, uri: string, old?: Model) => Promise<Model>;
  readonly run: (model: Model, inputs: readonly TensorData[]) => Trace;
  /** Inputs that no other record has. */
  readonly inputFor: (model: Model) => readonly TensorData[];
  readonly mixerInput: () => readonly TensorData[];
  /** Lets the next input be another one. */
  readonly turnPage: () => void;
  readonly claim: (
    who: Character,
    model: Model,
    wanted: readonly Wanted[],
    terms?: Terms,
  ) => Promise<Claimed>;
  readonly phaseOf: (claimed: Claimed) => Promise<number>;
  readonly note: (claimed: Claimed) => Promise<void>;
  readonly finalize: (claimed: Claimed) => Promise<void>;
  /** When a window is over, the claim is final a little later: a watchtower sees to it. */
  readonly finalizeLater: (claimed: Claimed, at: number) => void;
};

/** @param begin unix seconds of the first day */
export function makeStage(ground: Ground, begin: number): Stage {
  const { act, as, accounts } = ground;
  const agenda = makeAgenda(begin);
  const random = new Random(6);
  const shelf: Shelf = { models: new Map(), claims: new Map(), receipts: [] };
  const prepared = new Map<Bytes32, Prepared>();
  let nonce = 0n;
  let salt = 1;
  const addressOf = (account: number): Address => accounts[account] as Address;

  const run: Stage["run"] = (model, inputs) =>
    commitRun(model.committed.artifact, (prepared.get(model.id) as Prepared).run(inputs));

  const recordOf = ({ parents = [], onDemand = false }: Wanted, trace: CommittedTrace): InferenceRecord => {
    const roots = rootsOf(trace.lists);
    const named = commitParents(parents);
    return {
      requester: addressOf(random.pick(REQUESTERS)),
      salt: asBytes32(`0x${(salt++).toString(16).padStart(64, "0")}`),
      ...{ inputRoot: roots.input, outputRoot: roots.output, traceRoot: onDemand ? ZERO_HASH : roots.trace },
      ...{ parentsRoot: named.count === 0 ? ZERO_HASH : named.root, parentsCount: named.count },
    };
  };

  const phaseOf: Stage["phaseOf"] = async ({ id }) => Number((await as(0).claims.stateOf(id)).phase);
  const note: Stage["note"] = (claimed) => act(WATCHTOWER, noteClaimCall(as(WATCHTOWER), claimed.claim));
  const finalize: Stage["finalize"] = async (claimed) => {
    if ((await phaseOf(claimed)) !== OPEN) return;
    await act(WATCHTOWER, finalizeCall(as(WATCHTOWER), claimed.claim));
    await note(claimed);
  };

  return {
    ...agenda,
    ...{ ground, random, shelf, prepared, addressOf, run, phaseOf, note, finalize },
    async register({ account, stake }, endpoint) {
      const contracts = as(account);
      const amount = parseWei(`${stake} ether`);
      await act(account, registerCall(contracts, endpoint));
      await act(account, wrapCall(contracts, amount));
      await act(account, approveStakeCall(contracts, amount));
      await act(account, depositCall(contracts, addressOf(account), amount));
    },
    async publish(account, made, uri, old) {
      const committed = commitArtifact(made.artifact);
      const superseded = old?.id ?? ZERO_HASH;
      const contracts = as(account);
      const identity = { publisher: addressOf(account), artifactId: committed.id, superseded };
      await act(account, publishCall(contracts, { commitment: committed.commitment, superseded, uri }));
      const id = modelId(identity, contracts.registryPlace);
      const model: Model = {
        id,
        name: uri.split("/").slice(-2).join(" "),
        identity,
        committed,
        file: encodeArtifactFile(made),
      };
      shelf.models.set(id, model);
      prepared.set(id, prepareModel(made.artifact));
      return model;
    },
    inputFor: (model) =>
      model.committed.artifact.inputs.map(({ shape }, at) =>
        randomFloats(shape, { seed: `input ${salt} ${at}` }),
      ),
    mixerInput: () => [randomFloats([64], { seed: `features ${salt}` })],
    turnPage: () => void salt++,
    async claim(who, model, wanted, terms = {}) {
      const account = terms.by ?? who.account;
      const contracts = as(account);
      const traces = wanted.map(({ inputs, lie }) => (lie ?? ((truth) => truth))(run(model, inputs)));
      const records = commitRecords(
        wanted.map((one, index) => recordOf(one, traces[index] as CommittedTrace)),
      );
      const made: Claim = {
        ...{ operator: addressOf(who.account), modelId: model.id, nonce: nonce++ },
        ...{ recordsRoot: records.root, n: wanted.length },
        liability: parseWei(`${terms.liability ?? who.liability} ether`),
        window: asSeconds(BigInt(terms.seconds ?? (terms.hours ?? 24) * HOUR)),
      };
      await act(account, submitCall(contracts, made));
      const id = claimId(made, contracts.claimPlace);
      const parents = wanted.map(({ parents = [] }) => parents);
      const claimed = { id, claim: made, model, records, traces, parents, isShown: terms.isShown ?? true };
      shelf.claims.set(id, claimed);
      return claimed;
    },
    finalizeLater: (claimed, at) =>
      agenda.plan(at + Number(claimed.claim.window) + random.between(60, HOUR), () => finalize(claimed)),
  };
}
