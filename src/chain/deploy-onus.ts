import { setTimeout as sleep } from "node:timers/promises";

import { getCreateAddress } from "ethers";
import type { ContractRunner, Provider } from "ethers";

import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import { brokenRules } from "./broken-rules.js";
import { requireClz, requireToken } from "./check-chain.js";
import type { Deployment } from "./deployment.js";
import type { Journal, JournalState, PlannedSend } from "./deployment-journal.js";
import { mostGasOf, nameOfStep, stepsLeft } from "./deployment-steps.js";
import type { DeploymentStep, Standing } from "./deployment-steps.js";
import type { Preset } from "./find-parameters.js";
import { creationBlockOf, differencesOf, readAddresses, readProgress, searchOnus } from "./read-progress.js";
import { sendInPlace } from "./send-in-place.js";

/** What a deployment is made of, and where it is written down. */
export type DeployJob = {
  /** Signs as `account`, and knows its chain. */
  readonly runner: ContractRunner;
  readonly account: Address;
  readonly preset: Preset;
  readonly journal: Journal;
  /** What an address file says about this chain. */
  readonly known?: Deployment | undefined;
  /** Whether the account's own creations are looked through where nothing is written down. */
  readonly searches?: boolean;
  /** Blocks on top of the last transaction before the deployment counts as made; 1 = its own. */
  readonly confirmations?: number;
  readonly mostGasPrice?: Wei | undefined;
  readonly patience?: Seconds | undefined;
  readonly say?: ((sentence: string) => void) | undefined;
};

/** A job at work: the token of each Onus that was looked into, whose code and parameters never change. */
type Work = DeployJob & { readonly looked: Map<Address, Address> };

export type DeploymentPlan = {
  readonly chainId: number;
  readonly account: Address;
  readonly onus: Address | undefined;
  readonly token: Address | "local";
  readonly steps: readonly { readonly call: string; readonly mostGas: bigint }[];
  /** Together; what is not used is not paid. */
  readonly mostGas: bigint;
  /** Wei for a unit of gas at the moment, tip included. */
  readonly gasPrice: Wei;
  readonly mostCost: Wei;
  readonly balance: Wei;
};

const PATIENCE = asSeconds(60n);
/** Times that one step is sent in another place because its first one was taken. */
const ATTEMPTS = 3;
/** Reorganisations that one run puts up with. */
const ROUNDS = 5;
/** Blocks by which a reorganisation may put the first transaction before the height the deployment began at. */
const SLACK = 64;
const BLOCK_POLL = 500;

/** Says what would be sent, and refuses what would fail. Sends nothing. */
export async function planDeployment(job: DeployJob): Promise<DeploymentPlan> {
  const { account, preset } = job;
  const { parameters } = preset;
  const provider = providerOf(job);
  const broken = brokenRules(parameters);
  if (broken.length > 0) throw new OnusError("RULES_BROKEN", { path: preset.path, broken });
  const chainId = Number((await provider.getNetwork()).chainId);
  if (chainId !== parameters.chainId) {
    throw new OnusError("WRONG_CHAIN", { expected: parameters.chainId, found: chainId, path: preset.path });
  }
  await requireClz(provider, chainId);
  if (parameters.token !== "local") {
    await requireToken(provider, { chainId, address: parameters.token, symbol: parameters.tokenSymbol });
  }
  const standing = await readStanding({ ...job, looked: new Map() }, await openJournal(job));
  const steps = stepsLeft(parameters, standing).map((step) => ({
    call: nameOfStep(step),
    mostGas: mostGasOf(step),
  }));
  const mostGas = steps.reduce((sum, step) => sum + step.mostGas, 0n);
  const base = (await provider.getBlock("latest"))?.baseFeePerGas ?? 0n;
  const tip = (await provider.getFeeData()).maxPriorityFeePerGas ?? 0n;
  const gasPrice = asWei(base + tip);
  const balance = asWei(await provider.getBalance(account));
  const mostCost = asWei(mostGas * gasPrice);
  if (job.mostGasPrice !== undefined && steps.length > 0 && base > job.mostGasPrice) {
    throw new OnusError("GAS_PRICE_OVER_LIMIT", { actual: base, limit: job.mostGasPrice });
  }
  const { onus, token = "local" } = standing;
  return { chainId, account, onus, token, steps, mostGas, gasPrice, mostCost, balance };
}

/**
 * Makes a whole deployment, or finishes one that was interrupted at any moment. Every transaction is written down with its
 * place before it is sent; in that place it is sent again, as often as it takes, and in no other one while the place is
 * free. Everything else is read from the chain.
 */
export async function deployOnus(job: DeployJob): Promise<Deployment> {
  const { chainId, account, mostCost, balance } = await planDeployment(job);
  const provider = providerOf(job);
  if (balance < mostCost) {
    const needs = { call: "the deployment", account, actual: balance, expected: mostCost };
    throw new OnusError("FUNDS_MISSING", needs);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const work: Work = { ...job, looked: new Map() };
    await sendAll(work);
    await awaitConfirmations(job, provider);
    const state = await openJournal(job);
    const { onus } = await readStanding(work, state);
    if (onus === undefined || !(await readProgress(provider, onus)).isComplete) continue;
    return readAddresses(provider, onus, { chainId, fromBlock: await firstBlockOf(job, onus, state) });
  }
  const reason = `${ROUNDS} times the chain took back what it had`;
  throw new OnusError("DEPLOYMENT_STOPPED", { reason });
}

/** A block before which the deployment has no event. */
async function firstBlockOf(job: DeployJob, onus: Address, state: JournalState): Promise<number> {
  if (state.sends["onus"]?.at === onus) return Math.max(0, state.fromBlock - SLACK);
  if (job.known?.onus === onus) return job.known.fromBlock;
  return creationBlockOf(providerOf(job), onus);
}

/** Sends step after step until none is left, looking at the chain before each. */
async function sendAll(job: Work): Promise<void> {
  const places = new Map<string, Set<number>>();
  for (;;) {
    const standing = await readStanding(job, await openJournal(job));
    const [step] = stepsLeft(job.preset.parameters, standing);
    if (step === undefined) return;
    const { from, nonce } = await place(job, step);
    const tried = places.get(step.name) ?? new Set();
    if (!tried.has(nonce)) job.say?.(`${nameOfStep(step)}, transaction ${nonce} of ${from}`);
    places.set(step.name, tried.add(nonce));
    if (tried.size > ATTEMPTS) throw await whyItFails(job, step, standing.onus);
    await sendInPlace(
      job.runner,
      providerOf(job),
      {
        ...{ call: nameOfStep(step), from, nonce, data: step.data, mostGas: mostGasOf(step) },
        ...(step.kind === "part" ? { to: standing.onus } : {}),
      },
      { mostGasPrice: job.mostGasPrice, patience: job.patience ?? PATIENCE },
    );
  }
}

/** The place of a step: the one that was written down while it may still be used, else the account's next. */
async function place(job: DeployJob, step: DeploymentStep): Promise<PlannedSend> {
  const provider = providerOf(job);
  const state = await openJournal(job);
  const known = state.sends[step.name];
  if (known !== undefined) {
    const isOurs = known.from === job.account;
    if (!isOurs && step.kind === "create" && step.name === "onus") {
      throw new OnusError("BEGUN_BY_ANOTHER", { account: job.account, by: known.from });
    }
    if (isOurs && !(await isSpent(provider, known))) return known;
  }
  const from = job.account;
  const nonce = await provider.getTransactionCount(from, "pending");
  const at = step.kind === "create" ? parseAddress(getCreateAddress({ from, nonce })) : undefined;
  const planned: PlannedSend = { from, nonce, ...(at && { at }) };
  job.journal.write({ ...state, sends: { ...state.sends, [step.name]: planned } });
  return planned;
}

/**
 * Whether the place of a transaction was taken and what it was to create does not stand. Both are read at one block: a
 * node behind which several stand may know the one and not yet the other.
 */
async function isSpent(provider: Provider, { from, nonce, at }: PlannedSend): Promise<boolean> {
  const height = await provider.getBlockNumber();
  if ((await provider.getTransactionCount(from, height)) <= nonce) return false;
  if (at === undefined || (await provider.getCode(at, height)) === "0x") return true;
  await sleep(BLOCK_POLL);
  return false;
}

/** What of the deployment stands now. Refuses an Onus that was made otherwise. */
async function readStanding(job: Work, state: JournalState): Promise<Standing> {
  const { preset, known, searches = false, account } = job;
  const provider = providerOf(job);
  const { token: wanted } = preset.parameters;
  const planned = state.sends["onus"];
  let onus = await standing(provider, planned?.at);
  onus ??= await standing(provider, known?.onus);
  if (onus === undefined && planned === undefined && searches) {
    onus = await searchOnus(provider, account, preset.parameters);
  }
  if (onus !== undefined) {
    const token = job.looked.get(onus) ?? (await lookInto(job, onus));
    return { token, onus, nextPart: (await readProgress(provider, onus)).nextPart };
  }
  const token = wanted === "local" ? await standing(provider, state.sends["token"]?.at) : wanted;
  return { token, onus: undefined, nextPart: 0 };
}

/** The token of an Onus. Refuses one that was made otherwise. */
async function lookInto(job: Work, onus: Address): Promise<Address> {
  const provider = providerOf(job);
  const differences = await differencesOf(provider, onus, job.preset.parameters);
  if (differences.length > 0) throw new OnusError("DEPLOYED_OTHERWISE", { onus, differences });
  const { token } = await readAddresses(provider, onus, { chainId: 0, fromBlock: 0 });
  job.looked.set(onus, token);
  return token;
}

async function standing(provider: Provider, at: Address | undefined): Promise<Address | undefined> {
  if (at === undefined || (await provider.getCode(at)) === "0x") return undefined;
  return at;
}

/** The journal of this chain; that of a chain which is no more is forgotten. */
async function openJournal({ journal, runner, preset }: DeployJob): Promise<JournalState> {
  const provider = runner.provider as Provider;
  const genesis = (await provider.getBlock(0))?.hash ?? "unknown";
  const kept = journal.read();
  if (kept?.genesis === genesis) return kept;
  const { chainId } = preset.parameters;
  return { chainId, genesis, fromBlock: await provider.getBlockNumber(), sends: {} };
}

async function awaitConfirmations({ confirmations = 1 }: DeployJob, provider: Provider): Promise<void> {
  const until = (await provider.getBlockNumber()) + confirmations - 1;
  while ((await provider.getBlockNumber()) < until) await sleep(BLOCK_POLL);
}

/** A step whose transaction was included and did nothing: the same call says why, if it still fails. */
async function whyItFails(
  job: DeployJob,
  step: DeploymentStep,
  onus: Address | undefined,
): Promise<OnusError> {
  const to = step.kind === "part" ? onus : undefined;
  const call = { from: job.account, to: to ?? null, data: step.data };
  const reason = await providerOf(job)
    .call(call)
    .then(
      () => `${nameOfStep(step)} was included ${ATTEMPTS} times and did nothing`,
      (error: unknown) => `${nameOfStep(step)}: ${(error as Error).message}`,
    );
  return new OnusError("DEPLOYMENT_STOPPED", { reason });
}

function providerOf({ runner }: DeployJob): Provider {
  if (!runner.provider) throw new TypeError("a deployment needs a provider");
  return runner.provider;
}
