import { chainNow } from "../chain/chain-now.js";
import { providerOf } from "../chain/contracts.js";
import type { Contracts } from "../chain/contracts.js";
import type { ChainMove } from "../chain/move-call.js";
import { performMove } from "../chain/perform-move.js";
import type { Performed } from "../chain/perform-move.js";
import { readDispute } from "../chain/read-dispute.js";
import type { ReadDispute } from "../chain/read-dispute.js";
import type { Sender } from "../chain/sender.js";
import { nextChallengerMove } from "../dispute/challenge.js";
import type { DisputeView, PublishedModel } from "../dispute/dispute-view.js";
import type { ChallengerHoldings, HeldRecord } from "../dispute/holdings.js";
import { holdingsFromAnswers } from "../dispute/holdings-from-answers.js";
import type { Move } from "../dispute/move.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { prepareModel, tensorOfBytes } from "../run/engine.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import { nodeHasher } from "../threads/node-hasher.js";
import { commitByRunning } from "../trace/commit-by-running.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import { keyOfCall } from "./key-of-call.js";
import type { Seconds } from "../types/seconds.js";
import type { ReadyModel } from "./artifact-shelf.js";
import type { Held, WatchedClaim } from "./claim-table.js";
import { letOthersGoFirst } from "./courtesy.js";
import type { Verdict } from "./verdict.js";

export type PlayParts = {
  readonly contracts: Contracts;
  readonly sender: Sender;
  /** Logs as far as the chain was followed, and how far that is. */
  readonly logs: NonNullable<ReadDispute["logs"]>;
  readonly block: number;
  readonly model: PublishedModel;
  /** Undefined where nobody has the artifact. */
  readonly ready: ReadyModel | undefined;
  readonly held: Held | undefined;
  /** Whether questions are paid for that only show what is withheld. */
  readonly asks: boolean;
  /** Seconds that others are let go first, at most. */
  readonly spread: Seconds;
  readonly memory: PlayMemory;
};

/** What one play remembers between its steps; all of it can be lost. */
export type PlayMemory = {
  /** Answered keys that are not questions of this claim. */
  readonly keys: Set<Bytes32>;
  holdings?: ChallengerHoldings;
  /** How often a call was sent by its key: what a chain does not show is sent under another one. */
  readonly sent: Map<string, number>;
  /** When a move was first due, by its kind and question. */
  due?: { readonly move: string; readonly since: Seconds };
};

export type PlayedStep =
  | {
      readonly step: "performed";
      readonly move: ChainMove;
      readonly performed: Performed;
      readonly block: number;
    }
  /** Seconds from now. */
  | { readonly step: "waits"; readonly seconds: number }
  | { readonly step: "rests"; readonly verdict: Verdict | "decided" };

/** Takes one step about a claim on chain: reads what is known, decides, acts. Somebody having done it is success. */
export async function playClaim(
  { claim, claimId, blockNumber }: WatchedClaim,
  parts: PlayParts,
): Promise<PlayedStep> {
  const { contracts, sender, logs, block, model, memory, asks } = parts;
  const read = { block, logs, model, keys: memory.keys, fromBlock: blockNumber };
  for (;;) {
    const view = await readDispute(contracts, claim, read);
    const now = await chainNow(providerOf(contracts));
    const own = holdingsFromAnswers(view, memory.holdings ?? holdingsOf(parts, sender.account), runAll);
    memory.holdings = own;
    const move = withoutAsking(nextChallengerMove(view, own, now), asks);
    if (move.kind === "rest") return { step: "rests", verdict: move.because };
    if (move.kind === "wait") return { step: "waits", seconds: Number(move.until - now) };
    const until = othersFirst(view, move, parts, now);
    if (until !== undefined) return { step: "waits", seconds: Number(until - now) };
    if (await learns(contracts, move, memory.keys)) continue;
    const performed = await performMove({
      ...{ contracts, claim, move, beneficiary: sender.account },
      send: (call) => sender.send({ key: nextKey(memory, keyOfCall(claimId, call)), call }),
    });
    return { step: "performed", move, performed, block: await providerOf(contracts).getBlockNumber() };
  }
}

/** Whoever does not pay for what is withheld asks for no record; inputs and artifacts are left out by `mostQuestions`. */
function withoutAsking(move: Move, asks: boolean): Move {
  const isAsking = (move.kind === "open" || move.kind === "ask") && move.question.form === "record";
  return isAsking && !asks ? { kind: "rest", because: "unchecked: record" } : move;
}

/**
 * The key under which a call is sent now. It is sent again only where the chain, read after the transaction, does not show
 * what it did: a reorg went deeper than anybody looked after it.
 */
function nextKey({ sent }: PlayMemory, key: string): string {
  const before = sent.get(key) ?? 0;
  sent.set(key, before + 1);
  return before === 0 ? key : `${key} ${before}`;
}

function othersFirst(
  view: DisputeView,
  move: ChainMove,
  parts: PlayParts,
  now: Seconds,
): Seconds | undefined {
  const { memory, spread, sender } = parts;
  const name = move.kind === "open" ? `open ${move.question.key}` : move.kind;
  if (memory.due?.move !== name) memory.due = { move: name, since: now };
  const { since } = memory.due;
  return letOthersGoFirst(view, move, { account: sender.account, spread, since, now });
}

/** Whether what a question asks for is known to the chain already: then it is read, and nothing is asked. */
async function learns({ inquiry }: Contracts, move: ChainMove, keys: Set<Bytes32>): Promise<boolean> {
  if (move.kind !== "open" && move.kind !== "ask") return false;
  const { key } = move.question;
  if (keys.has(key) || (await inquiry.answeredAt(key)) === 0n) return false;
  keys.add(key);
  return true;
}

function holdingsOf({ ready, held, asks }: PlayParts, address: Address): ChallengerHoldings {
  const { index = 0, record, path, inputs } = held ?? {};
  const known: HeldRecord = {
    index,
    ...(record && { record }),
    ...(path && { path }),
    ...(ready && inputs && { run: runHeld(ready, inputs) }),
  };
  return {
    address,
    records: [known],
    ...(ready && { committed: ready.committed }),
    ...(!asks && { mostQuestions: 0 }),
  };
}

function runHeld({ committed, model }: ReadyModel, inputs: readonly Uint8Array[]) {
  const { artifact } = committed;
  const tensors = inputs.map((bytes, k) => tensorOfBytes(bytes, artifact.table[k] as TensorEntry));
  return commitByRunning(model, tensors, nodeHasher);
}

const runAll = (
  { artifact }: CommittedArtifact,
  inputs: Parameters<ReturnType<typeof prepareModel>["run"]>[0],
) => commitByRunning(prepareModel(artifact), inputs, nodeHasher);
