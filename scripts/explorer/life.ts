import { JsonRpcSigner } from "ethers";

import {
  bindEdgeCall,
  pushTaintCall,
  showForeignParentCall,
  stateEdgeCall,
} from "../../src/chain/lineage-calls.js";
import {
  burnCall,
  finalizeCall,
  pullBeneficiaryShareCall,
  pullShareCall,
  submitCall,
} from "../../src/chain/claim-calls.js";
import { publishCall, retireCall } from "../../src/chain/model-calls.js";
import { callOfMove } from "../../src/chain/move-call.js";
import { noteClaimCall } from "../../src/chain/note-claim.js";
import {
  addSignerCall,
  approveStakeCall,
  depositCall,
  registerCall,
  requestExitCall,
  revokeSignerCall,
  signerConsent,
  wrapCall,
} from "../../src/chain/operator-calls.js";
import { runAll } from "../../src/chain/play-challenger.js";
import { readDispute } from "../../src/chain/read-dispute.js";
import { equivocationCall } from "../../src/chain/receipt-calls.js";
import { signReceipt } from "../../src/chain/sign-receipt.js";
import { claimId } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import { findBinding } from "../../src/claim/find-binding.js";
import { commitParents, openParent } from "../../src/claim/parent-list.js";
import type { Parent } from "../../src/claim/parent-list.js";
import { openRecordOf } from "../../src/claim/record-opening.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { assembleExhibit } from "../../src/dispute/assemble-exhibit.js";
import { nextChallengerMove } from "../../src/dispute/challenge.js";
import { nextOperatorMove } from "../../src/dispute/defend.js";
import type { DisputeView } from "../../src/dispute/dispute-view.js";
import { holdingsFromAnswers } from "../../src/dispute/holdings-from-answers.js";
import type { ChallengerHoldings } from "../../src/dispute/holdings.js";
import type { Move } from "../../src/dispute/move.js";
import { evidenceOfFinding } from "../../src/dispute/evidence-of-finding.js";
import { locateFault } from "../../src/dispute/locate-fault.js";
import { modelId } from "../../src/model/model-id.js";
import { encodeArtifactFile } from "../../src/program/artifact-file.js";
import type { ArtifactMetadata } from "../../src/program/artifact-file.js";
import type { Artifact } from "../../src/program/artifact.js";
import type { TensorData } from "../../src/program/dtype.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { prepareModel, tensorOfBytes } from "../../src/run/engine.js";
import type { Model as Prepared } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { importCached } from "../../src/store/import-cache.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun, rootsOf } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import type { Tree } from "../../src/trace/tree.js";
import { asAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { asBytes32, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { Seconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import { withFlippedBit, withTensor } from "../../test/support/forge-trace.js";
import { Random } from "../../test/support/random.js";
import { randomFloats } from "../../test/support/tiny-tensors.js";
import { ocrModels } from "../support/ocr-models.js";
import { ASKER, CAST, PUBLISHERS, REQUESTERS, SIGNER, WATCHTOWER } from "./cast.js";
import type { Character } from "./cast.js";
import type { Ground } from "./ground.js";
import { makeMixer, makeRanker } from "./models.js";
import { itemsOf } from "./shelf.js";
import type { Claimed, Model, Shelf } from "./shelf.js";

/** Phases as the claim book numbers them. */
const OPEN = 1;
const CONTESTED = 2;
const HOUR = 3_600;
export const DAY = 24 * HOUR;
/** Days that the history covers. */
export const DAYS = 21;

/** One record to be claimed. `lie` is what the operator commits to in place of the truth. */
type Wanted = {
  readonly inputs: readonly TensorData[];
  readonly parents?: readonly Parent[];
  readonly lie?: (truth: CommittedTrace) => CommittedTrace;
  readonly onDemand?: boolean;
};

type Decide = (view: DisputeView, now: Seconds) => Move;

/** What was seeded, and what makes it go on. */
export type Life = { readonly shelf: Shelf; readonly happen: () => Promise<Claimed> };

type Terms = {
  readonly seconds?: number;
  readonly liability?: string;
  readonly hours?: number;
  readonly isShown?: boolean;
  readonly by?: number;
};

/**
 * A history of three weeks on a chain: the same every time but for where its time ends. `endpointOf` says what an operator
 * registers as its endpoint.
 */
export async function seedLife(
  ground: Ground,
  options: {
    readonly begin: number;
    readonly endpointOf: (name: string) => string;
    readonly say: (text: string) => void;
  },
): Promise<Life> {
  let fresh: { readonly claimed: Claimed; readonly until: number }[] = [];
  const { begin, endpointOf, say } = options;
  const { act, as, accounts } = ground;
  const random = new Random(6);
  const shelf: Shelf = { models: new Map(), claims: new Map() };
  const prepared = new Map<Bytes32, Prepared>();
  const agenda: { readonly at: number; readonly order: number; readonly run: () => Promise<void> }[] = [];
  let nonce = 0n;
  let salt = 1;
  const plan = (at: number, run: () => Promise<void>): void =>
    void agenda.push({ at: Math.round(at), order: agenda.length, run });
  const day = (number: number): number => begin + number * DAY;
  const addressOf = (account: number): Address => accounts[account] as Address;

  const publish = async (
    account: number,
    made: { artifact: Artifact; metadata: ArtifactMetadata },
    uri: string,
    old?: Model,
  ) => {
    const committed = commitArtifact(made.artifact);
    const superseded = old?.id ?? ZERO_HASH;
    const contracts = as(account);
    const identity = { publisher: addressOf(account), artifactId: committed.id, superseded };
    await act(account, publishCall(contracts, { commitment: committed.commitment, superseded, uri }));
    const id = modelId(identity, contracts.registryPlace);
    const model: Model = { id, identity, committed, file: encodeArtifactFile(made) };
    shelf.models.set(id, model);
    prepared.set(id, prepareModel(made.artifact));
    return model;
  };

  const register = async ({ name, account, stake }: Character): Promise<void> => {
    const contracts = as(account);
    const amount = parseWei(`${stake} ether`);
    await act(account, registerCall(contracts, endpointOf(name)));
    await act(account, wrapCall(contracts, amount));
    await act(account, approveStakeCall(contracts, amount));
    await act(account, depositCall(contracts, addressOf(account), amount));
  };

  const run = (model: Model, inputs: readonly TensorData[]): CommittedTrace => {
    const ready = prepared.get(model.id) as Prepared;
    return commitRun(model.committed.artifact, ready.run(inputs));
  };

  const claim = async (
    who: Character,
    model: Model,
    wanted: readonly Wanted[],
    terms: Terms = {},
  ): Promise<Claimed> => {
    const contracts = as(terms.by ?? who.account);
    const traces = wanted.map(({ inputs, lie }) => (lie ?? ((truth) => truth))(run(model, inputs)));
    const records = commitRecords(
      wanted.map(({ parents = [], onDemand = false }, index): InferenceRecord => {
        const roots = rootsOf((traces[index] as CommittedTrace).lists);
        const named = commitParents(parents);
        return {
          requester: addressOf(random.pick(REQUESTERS)),
          salt: asBytes32(`0x${(salt++).toString(16).padStart(64, "0")}`),
          ...{
            inputRoot: roots.input,
            outputRoot: roots.output,
            traceRoot: onDemand ? ZERO_HASH : roots.trace,
          },
          ...{ parentsRoot: named.count === 0 ? ZERO_HASH : named.root, parentsCount: named.count },
        };
      }),
    );
    const made: Claim = {
      ...{ operator: addressOf(who.account), modelId: model.id, nonce: nonce++ },
      ...{ recordsRoot: records.root, n: wanted.length },
      liability: parseWei(`${terms.liability ?? who.liability} ether`),
      window: asSeconds(BigInt(terms.seconds ?? (terms.hours ?? 24) * HOUR)),
    };
    await act(terms.by ?? who.account, submitCall(contracts, made));
    const id = claimId(made, contracts.claimPlace);
    const parents = wanted.map(({ parents = [] }) => parents);
    const claimed = { id, claim: made, model, records, traces, parents, isShown: terms.isShown ?? true };
    shelf.claims.set(id, claimed);
    return claimed;
  };

  const note = (claimed: Claimed): Promise<void> =>
    act(WATCHTOWER, noteClaimCall(as(WATCHTOWER), claimed.claim));
  const phaseOf = async ({ id }: Claimed): Promise<number> => Number((await as(0).claims.stateOf(id)).phase);
  const finalize = async (claimed: Claimed): Promise<void> => {
    if ((await phaseOf(claimed)) !== OPEN) return;
    await act(WATCHTOWER, finalizeCall(as(WATCHTOWER), claimed.claim));
    await note(claimed);
  };
  /** When a window is over, the claim is final a little later: a watchtower sees to it. */
  const finalizeLater = (claimed: Claimed, at: number): void =>
    plan(at + Number(claimed.claim.window) + random.between(60, HOUR), () => finalize(claimed));

  const convict = async (claimed: Claimed, index = 0): Promise<void> => {
    const { claim: made, model, records, traces } = claimed;
    const inputs = inputsOf(claimed, index);
    const trace = traces[index] as CommittedTrace;
    const { artifact } = model.committed;
    const finding = locateFault(
      artifact,
      commitRun(artifact, (prepared.get(model.id) as Prepared).run(inputs)),
      trace,
    );
    const contracts = as(WATCHTOWER);
    const handed = {
      claim: made,
      records: records.records,
      model: model.identity,
      committed: model.committed,
      trace,
    };
    const evidence = evidenceOfFinding(assembleExhibit(handed, contracts.registryPlace, index), finding);
    if (evidence === undefined) throw new Error(`nothing to convict: ${finding.kind}`);
    const move = { kind: "convict" as const, evidence };
    const beneficiary = addressOf(WATCHTOWER);
    await act(WATCHTOWER, callOfMove({ contracts, claim: made, move: move as never, beneficiary }));
    await note(claimed);
    await act(WATCHTOWER, pullBeneficiaryShareCall(contracts, made));
    await act(WATCHTOWER, pullShareCall(contracts, made, { records, index }));
    if (random.chance(60)) await act(WATCHTOWER, burnCall(contracts, made));
  };

  /** One move of one side, as it decides now; false when it rests or waits. What was asked before is read, not asked again. */
  const move = async (
    account: number,
    claimed: Claimed,
    keys: Set<Bytes32>,
    decide: Decide,
  ): Promise<boolean> => {
    const contracts = as(account);
    const { claim: made, model } = claimed;
    const published = { identity: model.identity, commitment: model.committed.commitment };
    const known = { keys, model: published, fromBlock: ground.deployment.fromBlock };
    for (;;) {
      const view = await readDispute(contracts, made, known);
      const next = decide(view, asSeconds(BigInt((await ground.now()) + 1)));
      if (next.kind === "rest" || next.kind === "wait") return false;
      const key = next.kind === "open" || next.kind === "ask" ? next.question.key : undefined;
      if (key !== undefined && !keys.has(key) && (await contracts.inquiry.answeredAt(key)) !== 0n) {
        keys.add(key);
        continue;
      }
      await act(account, callOfMove({ contracts, claim: made, move: next, beneficiary: addressOf(account) }));
      return true;
    }
  };

  /** Both sides in turn; minutes pass between two moves. */
  const dispute = async (
    claimed: Claimed,
    how: { readonly answers: boolean; readonly knows: boolean },
  ): Promise<void> => {
    const { claim: made, model, records, traces } = claimed;
    const inputs = inputsOf(claimed, 0);
    let held: ChallengerHoldings = {
      address: addressOf(ASKER),
      records: [{ index: 0, ...(how.knows && { run: runAll(model.committed, inputs) }) }],
      committed: model.committed,
      ...(how.knows && { recordList: records }),
    };
    const operator = accounts.findIndex((address) => address === made.operator);
    const own = { committed: model.committed, records, trace: (index: number) => traces[index] };
    const asked = new Set<Bytes32>();
    const answered = new Set<Bytes32>();
    let idle = 0;
    for (let turn = 0; turn < 40; turn++) {
      const asks = await move(ASKER, claimed, asked, (view, now) => {
        held = holdingsFromAnswers(view, held, (committed, given) => runAll(committed, given));
        return nextChallengerMove(view, held, now);
      });
      await ground.passTo((await ground.now()) + random.between(200, 900));
      const answers =
        how.answers &&
        (await move(operator, claimed, answered, (view, now) => nextOperatorMove(view, own, now)));
      await ground.passTo((await ground.now()) + (how.answers ? random.between(200, 900) : 7 * HOUR));
      const phase = await phaseOf(claimed);
      if (phase > CONTESTED) break;
      if (asks || answers) continue;
      // Nobody has anything to do before a clock runs out.
      if (phase === OPEN || idle++ > 2) break;
      await ground.passTo((await ground.now()) + 7 * HOUR);
    }
  };

  const mixerInput = (): readonly TensorData[] => [randomFloats([64], { seed: `features ${salt}` })];
  const inputFor = (model: Model): readonly TensorData[] =>
    model.committed.artifact.inputs.map(({ shape }, at) =>
      randomFloats(shape, { seed: `input ${salt} ${at}` }),
    );

  say("publishing models");
  const { bytes, shape } = ocrModels.classifier;
  const classifierFile = await importCached(bytes(), { shapes: { x: shape }, evaluate: evaluateOnce });
  const [first, second] = PUBLISHERS;
  await ground.passTo(begin);
  const classifier = await publish(first, classifierFile, "https://models.example/text-direction/1");
  const mixers = [await publish(second, makeMixer(1), "https://models.example/mixer/1")];
  const rankers = [await publish(second, makeRanker(1), "https://models.example/ranker/1")];
  plan(day(6), async () => {
    mixers.push(await publish(second, makeMixer(2), "https://models.example/mixer/2", mixers[0]));
  });
  plan(day(11), async () => {
    rankers.push(await publish(second, makeRanker(2), "https://models.example/ranker/2", rankers[0]));
  });
  plan(day(13), async () => {
    mixers.push(await publish(second, makeMixer(3), "https://models.example/mixer/3", mixers[1]));
    await act(second, retireCall(as(second), (mixers[0] as Model).id));
  });
  const newest = (models: readonly Model[]): Model => models.at(-1) as Model;

  const cast = Object.values(CAST) as readonly Character[];
  for (const who of cast) plan(day(who.since) + who.account * 300, () => register(who));

  // Ordinary work: most claims are right, and final a while after their window.
  for (const who of cast) {
    const room = DAYS - 0.4 - who.since - 0.3;
    for (let number = 0; number < who.claims; number++) {
      const at = day(who.since + 0.3 + (room * (number + random.below(80) / 100)) / who.claims);
      plan(at, async () => {
        const isJailed = Number((await as(0).operators.operatorOf(addressOf(who.account))).status) === 2;
        if (isJailed) return;
        const choice = random.below(10);
        const model = choice < 2 ? classifier : choice < 7 ? newest(mixers) : newest(rankers);
        const n = Math.max(1, who.records - random.below(who.records));
        const wanted = Array.from({ length: model === classifier ? Math.min(n, 2) : n }, () => {
          salt++;
          return { inputs: inputFor(model), onDemand: random.chance(35) };
        });
        const by =
          who === CAST.rotating && number % 2 === 1 && at < day(15) && at > day(3) ? SIGNER : who.account;
        const claimed = await claim(who, model, wanted, { hours: random.pick([12, 24, 48]), by });
        finalizeLater(claimed, at);
      });
    }
  }

  plan(day(2), async () => {
    const { account } = CAST.rotating;
    const { domain, types, message } = signerConsent(as(account), addressOf(account));
    const signer = new JsonRpcSigner(ground.provider, addressOf(SIGNER));
    const consent = await signer.signTypedData(domain, types, message);
    await act(account, addSignerCall(as(account), { address: addressOf(SIGNER), consent }));
  });
  plan(day(16), () =>
    act(CAST.rotating.account, revokeSignerCall(as(CAST.rotating.account), addressOf(SIGNER))),
  );
  plan(day(18), () =>
    act(CAST.leaving.account, requestExitCall(as(CAST.leaving.account), parseWei("2.5 ether"))),
  );

  // One wrong bit, in the first kernel of a mixer; found by whoever runs it again.
  plan(day(8.2), async () => {
    const lie = (truth: CommittedTrace) => withFlippedBit(truth, { index: 0, bit: 5 * 32 + 21 });
    const claimed = await claim(
      CAST.careless,
      newest(mixers),
      [{ inputs: mixerInput() }, { inputs: mixerInput(), lie }],
      { hours: 48 },
    );
    plan(day(8.9), () => convict(claimed, 1));
  });
  // The trace is withheld, and comes to light answer by answer until one element is left.
  plan(day(10.1), async () => {
    const { artifact } = classifier.committed;
    const lie = (truth: CommittedTrace) =>
      withFlippedBit(truth, { index: Math.floor(artifact.kernels.length / 3), bit: 40 * 32 + 22 });
    const claimed = await claim(CAST.hiding, classifier, [{ inputs: inputFor(classifier), lie }], {
      hours: 72,
      isShown: false,
    });
    plan(day(10.3), async () => {
      await dispute(claimed, { answers: true, knows: true });
      await note(claimed).catch(() => undefined);
    });
  });
  plan(day(12.3), async () => {
    const claimed = await claim(
      CAST.silent,
      newest(rankers),
      [{ inputs: inputFor(newest(rankers)), onDemand: true }],
      { hours: 48, isShown: false },
    );
    plan(day(12.6), async () => {
      await dispute(claimed, { answers: false, knows: false });
      await note(claimed).catch(() => undefined);
    });
  });
  plan(day(5.1), async () => {
    const claimed = await claim(
      CAST.questioned,
      newest(mixers),
      [{ inputs: mixerInput() }, { inputs: mixerInput(), onDemand: true }],
      { hours: 36 },
    );
    plan(day(5.3), async () => {
      await dispute(claimed, { answers: true, knows: false });
      plan((await ground.now()) + 2 * DAY, () => finalize(claimed));
    });
  });
  plan(day(14.2), async () => {
    const model = newest(rankers);
    const lie = (truth: CommittedTrace) => {
      const { source } = truth.tensor("output", 0) as Tree;
      return withTensor(
        truth,
        "output",
        0,
        Uint8Array.from(source, (byte, at) => (at === 3 ? byte ^ 1 : byte)),
      );
    };
    const claimed = await claim(CAST.swapping, model, [{ inputs: inputFor(model), lie }], { hours: 24 });
    plan(day(14.7), () => convict(claimed));
  });
  plan(day(9.4), async () => {
    const model = newest(rankers);
    const last = model.committed.artifact.kernels.length - 1;
    const lie = (truth: CommittedTrace) => {
      const { source } = truth.tensor("trace", last) as Tree;
      return withTensor(
        truth,
        "trace",
        last,
        Uint8Array.from({ length: 128 }, (_, at) => source[at] ?? (at === 100 ? 7 : 0)),
      );
    };
    const claimed = await claim(CAST.sloppy, model, [{ inputs: inputFor(model), lie }], { hours: 24 });
    plan(day(9.7), () => convict(claimed));
  });

  // Results made from results. The first one is found wrong when its descendants are final already.
  plan(day(15.1), async () => {
    const book = as(0).claimPlace;
    const parentOf = ({ id }: Claimed, recordIndex = 0): Parent => ({ claimId: id, recordIndex, book });
    const outputOf = ({ traces, model }: Claimed): TensorData => {
      const { artifact } = model.committed;
      const { source } = (traces[0] as CommittedTrace).tensor("output", 0) as Tree;
      return tensorOfBytes(
        source,
        artifact.table[artifact.table.length - artifact.outputs.length] as TensorEntry,
      );
    };
    const mixer = newest(mixers);
    const ranker = newest(rankers);
    const bit = (index: number, at: number) => (truth: CommittedTrace) =>
      withFlippedBit(truth, { index, bit: at });
    const source = await claim(CAST.steady, mixers[1] as Model, [{ inputs: mixerInput() }], { hours: 12 });
    const wrong = await claim(
      CAST.poisoned,
      mixer,
      [{ inputs: [outputOf(source)], parents: [parentOf(source)], lie: bit(4, 9 * 32 + 20) }],
      { hours: 96 },
    );
    const child = await claim(
      CAST.careful,
      mixer,
      [{ inputs: [outputOf(wrong)], parents: [parentOf(wrong)] }],
      { hours: 12 },
    );
    const sibling = await claim(
      CAST.steady,
      ranker,
      [{ inputs: [outputOf(wrong)], parents: [parentOf(wrong)] }],
      { hours: 12 },
    );
    const grandchild = await claim(
      CAST.large,
      ranker,
      [{ inputs: [outputOf(child)], parents: [parentOf(child), parentOf(source)] }],
      { hours: 12, liability: "1" },
    );
    const elsewhere: Parent = {
      ...{ claimId: source.id, recordIndex: 3 },
      book: { chainId: 1n, contract: asAddress("0x00000000000000000000000000000000000000aa") },
    };
    const far = await claim(
      CAST.questioned,
      ranker,
      [{ inputs: [outputOf(child)], parents: [parentOf(child), elsewhere] }],
      { hours: 12 },
    );
    for (const one of [source, child, sibling, grandchild, far]) finalizeLater(one, day(15.15));
    const opening = (one: Claimed) => openRecordOf(one.claim, one.records, 0);
    const published = ({ identity, committed }: Model) => ({ identity, commitment: committed.commitment });
    const state = async (kid: Claimed, parent: Claimed, position: number): Promise<void> => {
      const path = openParent(commitParents(kid.parents[0] ?? []), position);
      const edge = { child: opening(kid), path, parent: { claim: parent.claim, recordIndex: 0 } };
      await act(ASKER, stateEdgeCall(as(ASKER), edge as never));
    };
    const bind = async (kid: Claimed, parent: Claimed): Promise<void> => {
      const lists = [kid, parent].map(({ traces }) => (traces[0] as CommittedTrace).lists);
      const binding = findBinding(itemsOf(lists[0]?.input as Tree), itemsOf(lists[1]?.output as Tree));
      if (binding === undefined) throw new Error("parent and child have no tensor in common");
      const edge = { child: opening(kid), parent: opening(parent), binding };
      const models = { childModel: published(kid.model), parentModel: published(parent.model) };
      await act(ASKER, bindEdgeCall(as(ASKER), { ...edge, ...models } as never));
    };
    plan(day(15.4), async () => {
      for (const [kid, parent] of [
        [wrong, source],
        [child, wrong],
        [sibling, wrong],
        [grandchild, child],
      ] as const) {
        await state(kid, parent, 0);
        await bind(kid, parent);
      }
      await state(grandchild, source, 1);
      await state(far, child, 0);
      const path = openParent(commitParents(far.parents[0] ?? []), 1);
      await act(
        ASKER,
        showForeignParentCall(as(ASKER), { child: opening(far), path, parent: elsewhere } as never),
      );
    });
    plan(day(17.5), () => convict(wrong));
    plan(day(17.6), async () => {
      const ref = ({ id }: Claimed) => ({ claimId: id, recordIndex: 0 });
      for (const [kid, parent] of [
        [child, wrong],
        [sibling, wrong],
        [grandchild, child],
      ] as const)
        await act(WATCHTOWER, pushTaintCall(as(WATCHTOWER), { child: ref(kid), parent: ref(parent) }));
    });
  });

  // Two receipts for one request, with two answers.
  plan(day(18.4), async () => {
    const { account } = CAST.twotongued;
    const model = newest(rankers);
    const { lists } = run(model, inputFor(model));
    const roots = rootsOf(lists);
    const issuedAt = BigInt(await ground.now());
    const court = as(account).courtPlace;
    const signer = new JsonRpcSigner(ground.provider, addressOf(account));
    const sign = (outputRoot: Bytes32) =>
      signReceipt(
        {
          ...{
            operator: addressOf(account),
            modelId: model.id,
            maxRecords: 4,
            liabilityWei: parseWei("0.5 ether"),
          },
          record: {
            ...{ requester: addressOf(REQUESTERS[0]), salt: ZERO_HASH, inputRoot: roots.input, outputRoot },
            ...{ traceRoot: ZERO_HASH, parentsRoot: ZERO_HASH, parentsCount: 0 },
          },
          ...{ issuedAt: asSeconds(issuedAt), inclusionDeadline: asSeconds(issuedAt + BigInt(DAY)) },
        },
        { signer, court },
      );
    const pair = [await sign(roots.output), await sign(roots.input)] as const;
    await act(WATCHTOWER, equivocationCall(as(WATCHTOWER), pair, addressOf(WATCHTOWER)));
  });

  say("playing three weeks");
  const end = day(DAYS);
  for (let done = 0; ; done++) {
    agenda.sort((a, b) => a.at - b.at || a.order - b.order);
    const next = agenda.shift();
    if (next === undefined || next.at > end) break;
    const now = await ground.now();
    if (next.at > now) await ground.passTo(next.at);
    await next.run();
    if (done % 50 === 49) say(`${((100 * (next.at - begin)) / (end - begin)).toFixed(0)} %`);
  }
  // What happens in the last hours is undecided when somebody looks.
  if ((await ground.now()) < end) await ground.passTo(end);
  const late = await claim(
    CAST.questioned,
    newest(mixers),
    [{ inputs: mixerInput() }, { inputs: mixerInput(), onDemand: true }],
    { hours: 48 },
  );
  await claim(
    CAST.steady,
    classifier,
    [{ inputs: inputFor(classifier) }, { inputs: inputFor(classifier), onDemand: true }],
    { hours: 48 },
  );
  const held = { address: addressOf(ASKER), records: [{ index: 1 }], committed: late.model.committed };
  await move(ASKER, late, new Set(), (view, now) => nextChallengerMove(view, held, now));
  return {
    shelf,
    /** Something that happens now: a claim whose window is short, and whatever became final since. */
    happen: async () => {
      const who = random.pick([CAST.steady, CAST.careful, CAST.questioned, CAST.large]);
      const model = random.pick([newest(mixers), newest(rankers), classifier]);
      salt++;
      const wanted = [{ inputs: inputFor(model), onDemand: random.chance(50) }];
      const made = await claim(who, model, wanted, { seconds: 90, liability: "0.05" });
      const over = fresh.filter(({ until }) => until < Date.now() / 1_000);
      for (const { claimed } of over) await finalize(claimed);
      fresh = [
        ...fresh.filter((one) => !over.includes(one)),
        { claimed: made, until: Date.now() / 1_000 + 95 },
      ];
      return made;
    },
  };
}

/** As the operator keeps them: the bytes behind the input list. */
function inputsOf({ traces, model }: Claimed, index: number): readonly TensorData[] {
  const { artifact } = model.committed;
  const trace = traces[index] as CommittedTrace;
  return artifact.inputs.map((_, at) =>
    tensorOfBytes((trace.tensor("input", at) as Tree).source, artifact.table[at] as TensorEntry),
  );
}
