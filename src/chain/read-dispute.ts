import type { Provider } from "ethers";

import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import { PHASES } from "../dispute/dispute-view.js";
import type {
  DisputeView,
  InquiryRules,
  JobView,
  PublishedModel,
  SessionView,
} from "../dispute/dispute-view.js";
import { parseAddress } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { AskedEvent, SessionOpenedEvent } from "../../typechain-types/interfaces/IInquiry.js";
import type { JobAdvancedEvent, JobOpenedEvent } from "../../typechain-types/interfaces/IWorkbench.js";
import { hasPart, providerOf, requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { decodeAsked, decodeSession } from "./decode-inquiry.js";
import { inBatches } from "./in-batches.js";
import { nextBaseFee } from "./next-base-fee.js";
import { readAnswers } from "./read-answers.js";
import { readClaim, submissionBlock } from "./read-claim.js";
import { readPublication } from "./read-model.js";
import { readEvents } from "./read-events.js";
import type { EventSource } from "./read-events.js";

/** Questions of a session; contracts/interfaces/IInquiry.sol. */
const ROUNDS = 16;

export type ReadDispute = {
  /** Block to read at; the newest when absent. */
  readonly block?: number;
  /**
   * Keys to look up beside those that were asked about this claim: an answer to another claim's question serves too.
   * Whoever is about to ask looks here first.
   */
  readonly keys?: Iterable<Bytes32>;
  /** Blocks of one log query; halved where the provider refuses. */
  readonly blockRange?: number;
  /** The claim's model, where it is known already: its publication may be many blocks back. */
  readonly model?: PublishedModel;
  /** In place of the node's: the logs of whoever follows the chain up to `block`. */
  readonly logs?: Pick<Provider, "getLogs">;
  /** A block before which nothing happened to the claim; found by the time of its submission when absent. */
  readonly fromBlock?: number;
};

/**
 * What the chain shows of one claim at one block: state and events up to it. Everything comes from the chain, so a
 * program that was interrupted goes on from here. A reorg between two reads changes what is read, never what a move
 * names: everything in a move is named by its hash.
 */
export async function readDispute(
  contracts: Contracts,
  of: Claim | Bytes32,
  { block, keys = [], blockRange, model: known, fromBlock, logs }: ReadDispute = {},
): Promise<DisputeView> {
  requirePart(contracts, "inquiry");
  const provider = providerOf(contracts);
  const at = block ?? (await provider.getBlockNumber());
  const claim = typeof of === "string" ? await readClaim(contracts, of, at) : of;
  const id = claimId(claim, contracts.claimPlace);
  const from = fromBlock ?? (await submissionBlock(contracts, id, at));
  const range = blockRange === undefined ? {} : { range: blockRange };
  const { deployment } = contracts;
  const inquiry: EventSource = {
    ...{ provider: withLogs(provider, logs), address: deployment.inquiry, abi: contracts.inquiry.interface },
    ...{ span: { from, to: at }, ...range },
  };
  const workbench = { ...inquiry, address: deployment.workbench, abi: contracts.workbench.interface };

  const { sessions, asked } = await readSessions(contracts, inquiry, id, at);
  const [model, state, openSessions, rules, baseFee, answers, jobs] = await Promise.all([
    known ?? readPublication(contracts, claim.modelId, blockRange),
    contracts.claims.stateOf(id, { blockTag: at }),
    contracts.inquiry.openSessionsAgainst(claim.operator, { blockTag: at }),
    readRules(contracts, at),
    nextBaseFee(provider, at),
    readAnswers({ contracts, inquiry, id, asked, keys }),
    hasPart(contracts, "workbench") ? readJobs(workbench, id) : new Map<Bytes32, JobView>(),
  ]);
  return {
    claim,
    claimId: id,
    model,
    phase: PHASES[Number(state.phase)] ?? "none",
    submittedAt: asSeconds(state.submittedAt),
    finalizableAt: asSeconds(state.finalizableAt),
    rules,
    sessions,
    answers,
    jobs,
    openSessions: Number(openSessions),
    baseFee,
    places: {
      registry: contracts.registryPlace,
      claimBook: contracts.claimPlace,
      inquiry: contracts.inquiryPlace,
      workbench: contracts.workbenchPlace,
    },
  };
}

/** Blocks from the node, logs from elsewhere. */
function withLogs(provider: Provider, logs?: Pick<Provider, "getLogs">): EventSource["provider"] {
  if (logs === undefined) return provider;
  return {
    getBlock: (block) => provider.getBlock(block),
    getLogs: (filter) => logs.getLogs(filter),
  };
}

/** The sessions about a claim, in the order in which they were opened, and every key they asked for. */
async function readSessions(contracts: Contracts, inquiry: EventSource, id: Bytes32, at: number) {
  const opened = await readEvents<SessionOpenedEvent.OutputObject>(inquiry, "SessionOpened", [null, id]);
  const ids = opened.map(({ args }) => asBytes32(args.session));
  const asked = await readEvents<AskedEvent.OutputObject>(inquiry, "Asked", [ids]);
  // The order of the chain: the last one stays.
  const questions = new Map(asked.map(({ args }) => [asBytes32(args.session), decodeAsked(args)]));
  const sessions = await inBatches(opened, async ({ args }): Promise<SessionView> => {
    const session = asBytes32(args.session);
    const question = questions.get(session);
    if (question === undefined) throw new RangeError(`session ${session} was opened without a question`);
    const state = await contracts.inquiry.sessionOf(session, { blockTag: at });
    return decodeSession(session, state, { asker: parseAddress(args.asker), question });
  });
  return { sessions, asked: new Set(asked.map(({ args }) => asBytes32(args.key))) };
}

async function readJobs(workbench: EventSource, id: Bytes32): Promise<ReadonlyMap<Bytes32, JobView>> {
  const opened = await readEvents<JobOpenedEvent.OutputObject>(workbench, "JobOpened", [null, id]);
  const jobs = new Map<Bytes32, JobView>(opened.map(({ args }) => [asBytes32(args.job), { next: 0 }]));
  const advanced = await readEvents<JobAdvancedEvent.OutputObject>(workbench, "JobAdvanced", [
    [...jobs.keys()],
  ]);
  for (const { args } of advanced) jobs.set(asBytes32(args.job), { next: Number(args.next) });
  return jobs;
}

async function readRules({ onus }: Contracts, at: number): Promise<InquiryRules> {
  const parameters = await onus.parameters({ blockTag: at });
  return {
    clock: asSeconds(parameters.clock),
    clockExtension: asSeconds(parameters.clockExtension),
    proofTime: asSeconds(parameters.proofTime),
    rounds: ROUNDS,
    baseBond: asWei(parameters.baseBond),
    delayRate: parameters.delayRate,
    answerGas: parameters.answerGas,
    answerByteGas: parameters.answerByteGas,
    closeGas: parameters.closeGas,
    settleGas: parameters.settleGas,
  };
}
