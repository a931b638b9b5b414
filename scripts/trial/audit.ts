import { performMove } from "../../src/chain/perform-move.js";
import { pullBeneficiaryShare, pullRecordShare, burnPenalty } from "../../src/chain/pull-shares.js";
import type { ChainMove } from "../../src/chain/move-call.js";
import { longestSession, turnOf, windowEnd } from "../../src/dispute/clocks.js";
import type { DisputeView } from "../../src/dispute/dispute-view.js";
import { OnusError } from "../../src/errors/onus-error.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { Address } from "../../src/types/address.js";
import { bytes32From } from "../../src/types/bytes32.js";
import type { Actor } from "./actor.js";
import { addressOf } from "./actor.js";
import { PARTY, wealthOf } from "./scene.js";
import type { Scene } from "./scene.js";

const PULL_PERIOD = 90 * 86_400;
const GAS_MONEY = 10n ** 18n;

/** How a case ended. */
export type Outcome = {
  readonly verdict: "final" | "faulted" | "undecided";
  readonly violations: readonly string[];
};

/**
 * Pokes the claim until it is decided, at its hard end at the latest; settles, pulls and burns everything; and says
 * what does not come out even.
 */
export async function windUp(scene: Scene, actors: readonly Actor[]): Promise<Outcome> {
  const { ground, chronicle, claimId } = scene;
  const { chain } = ground;
  const violations: string[] = [];
  let view = await chronicle.view(claimId);
  if (!isDecided(view)) {
    if (chain.second < hardEnd(view)) chain.second = hardEnd(view);
    await poke(scene);
    view = await chronicle.view(claimId);
    if (!isDecided(view)) {
      return { verdict: "undecided", violations: [`late: ${view.phase} at its hard end`] };
    }
  }
  for (const session of view.sessions) {
    if (session.stage !== "settled") await keep(scene, { kind: "settle", session: session.id });
  }
  const decidedAt = chronicle.decidedAt(claimId) ?? 0;
  const latest = hardEnd(view);
  if (decidedAt > latest) violations.push(`late: decided ${decidedAt - latest} s after its hard end`);
  view = await chronicle.view(claimId);
  const unsettled = view.sessions.filter(({ stage }) => stage !== "settled").length;
  if (unsettled > 0) violations.push(`${unsettled} sessions cannot be settled`);
  if (view.openSessions > 0) violations.push(`${view.openSessions} sessions still count`);
  await pullShares(scene, actors, view);
  violations.push(...(await closeBooks(scene, view)));
  for (const { session, refund, paid, delayFee, burned } of chronicle.settlementsOf(claimId)) {
    const { deposit } = view.sessions.find(({ id }) => id === session) ?? { deposit: 0n };
    if (refund + paid + delayFee + burned !== deposit)
      violations.push(`a deposit of ${deposit} was divided otherwise`);
  }
  return { verdict: view.phase === "final" ? "final" : "faulted", violations };
}

/** Unix seconds by which every claim is decided, when poked. */
export const hardEnd = (view: DisputeView): number =>
  Number(windowEnd(view)) + Number(longestSession(view.rules));

const isDecided = ({ phase }: DisputeView): boolean => phase === "final" || phase === "faulted";

/** What anyone may do: times out, closes, finalizes. */
async function poke(scene: Scene): Promise<void> {
  const { chronicle, claimId, ground } = scene;
  const view = await chronicle.view(claimId);
  const now = asSeconds(BigInt(ground.chain.second));
  for (const session of view.sessions) {
    if (session.stage !== "open") continue;
    const turn = turnOf(session, view, now);
    const isSilence = turn.of === "nobody" && turn.because === "silence";
    await keep(scene, { kind: isSilence ? "time-out" : "close", session: session.id });
    if (isSilence) return;
  }
  await keep(scene, { kind: "finalize" });
}

/** As somebody with nothing at stake; what is refused shows in what does not come out even. */
async function keep({ ground, claim }: Scene, move: ChainMove): Promise<void> {
  const { contracts, account } = ground.as(PARTY.keeper);
  ground.chain.label = move.kind;
  try {
    await performMove({
      contracts: { ...contracts, runner: account },
      claim,
      move,
      fees: { tip: 0n as never },
    });
  } catch (error) {
    if (!(error instanceof OnusError)) throw error;
  }
}

/** The beneficiary's and the disputed record's share of a fallen claim, and whatever the inquiry owes anybody. */
async function pullShares(scene: Scene, actors: readonly Actor[], view: DisputeView): Promise<void> {
  const { ground, claim, claimed } = scene;
  const { chain } = ground;
  const accounts = new Set<Address>([
    ...actors.map(addressOf),
    ...Object.values(PARTY),
    ...view.sessions.map(({ asker }) => asker),
  ]);
  if (view.phase === "faulted") {
    chain.label = "pull";
    const { contracts } = ground.as(PARTY.challenger);
    await pullBeneficiaryShare(contracts, claim);
    // Of a list behind which there is nothing, nobody can open a record.
    if (bytes32From(claimed.records.tree.root) === claim.recordsRoot) {
      await pullRecordShare(contracts, claim, claimed.records, claimed.disputed);
    }
  }
  chain.label = "withdraw";
  for (const address of accounts) {
    const { contracts } = ground.as(address);
    const owed = await contracts.inquiry.balanceOf(address);
    if (owed === 0n) continue;
    // Contracts that asked have spent what they had.
    if ((await chain.balanceOf(address)) === 0n) await chain.setBalance(address, GAS_MONEY);
    const data = contracts.inquiry.interface.encodeFunctionData("withdraw", [address]);
    await chain.send({ from: address, to: contracts.deployment.inquiry, data });
  }
}

/** Solvency: with everything settled and burned, the books are empty and hold exactly what is staked. */
async function closeBooks(scene: Scene, view: DisputeView): Promise<string[]> {
  const { ground, claim } = scene;
  const { chain, deployment } = ground;
  const { contracts } = ground.as(PARTY.keeper);
  const violations: string[] = [];
  chain.label = "burn";
  if ((await contracts.inquiry.burnableBonds()) > 0n) {
    const data = contracts.inquiry.interface.encodeFunctionData("burn");
    await chain.send({ from: PARTY.keeper, to: deployment.inquiry, data });
  }
  const held = await contracts.inquiry.totalHeld();
  const native = await chain.balanceOf(deployment.inquiry);
  if (held !== 0n || native !== 0n)
    violations.push(`the inquiry holds ${native} wei and answers for ${held}`);
  if (view.phase === "faulted") {
    chain.second += PULL_PERIOD;
    await burnPenalty(contracts, claim);
  }
  const answersFor = await contracts.operators.totalHeld();
  const tokens = (await contracts.token.getFunction("balanceOf")(deployment.operatorRegistry)) as bigint;
  if (tokens !== answersFor) violations.push(`the registry holds ${tokens} and answers for ${answersFor}`);
  let staked = 0n;
  for (const address of [...Object.values(PARTY), ...view.sessions.map(({ asker }) => asker)]) {
    staked += (await contracts.operators.operatorOf(address)).stake;
  }
  if (staked !== answersFor) violations.push(`stakes are ${staked}, the registry answers for ${answersFor}`);
  const { stake, bound } = await contracts.operators.operatorOf(claim.operator);
  if (bound !== 0n) violations.push(`${bound} of ${stake} wei stay bound behind no claim`);
  return violations;
}

/** Wei that an honest party is poorer by than it would be without the dispute; negative when it is richer. */
export async function lossOf(scene: Scene, account: Address): Promise<{ net: bigint; race: bigint }> {
  const { ground, wealth, ledger } = scene;
  const before = wealth.get(account) ?? 0n;
  const after = await wealthOf(ground, account);
  const race = ledger.lostFees(account);
  return { net: before - after - ledger.baseFees(account) - race, race };
}

/** Wei of its deposits that an asker did not get back although the claim fell. */
export function keptFrom({ chronicle, claimId }: Scene, account: Address, view: DisputeView): bigint {
  if (view.phase !== "faulted") return 0n;
  return chronicle
    .settlementsOf(claimId)
    .filter(({ asker }) => asker === account)
    .reduce((sum, { paid, delayFee, burned }) => sum + paid + delayFee + burned, 0n);
}
