import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Reporter } from "../../src/cli/reporter.js";
import { pullBeneficiaryShare, burnPenalty, pullRecordShare } from "../../src/chain/pull-shares.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { requestId } from "../../src/claim/record.js";
import { decodeClaimFile } from "../../src/store/claim-file.js";
import type { ClaimFile } from "../../src/store/claim-file.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { Random } from "../../test/support/random.js";
import { claimsOnChain, imbalances } from "./books.js";
import type { ChainClaim } from "./books.js";
import type { Child } from "./child.js";
import { openOperator, openWatchtower } from "./parties.js";
import type { OperatorParty } from "./parties.js";
import { ask, requestsOf } from "./requests.js";
import type { Wanted } from "./requests.js";
import { ACCOUNTS, makeWorld } from "./world.js";
import type { World } from "./world.js";

export type SoakReport = {
  /** Served by the honest operator. */
  readonly inferences: number;
  /** Of everybody, on the chain. */
  readonly claims: number;
  readonly honestClaims: number;
  readonly lies: number;
  readonly liesFaulted: number;
  readonly honestFaulted: number;
  /** Receipts of the honest operator whose record stands in none of its claims. */
  readonly receiptsLost: number;
  /** The same of the twins: a convicted operator may claim nothing more, and a complaint is what remains. */
  readonly twinReceiptsLost: number;
  /** Claims that were not decided when the soak gave up. */
  readonly undecided: number;
  readonly kills: number;
  readonly reorgs: number;
  readonly balanced: boolean;
  readonly imbalances: readonly string[];
  readonly seconds: number;
};

/** Records of a claim. */
const HONEST_RECORDS = 20;
export const TWIN_RECORDS = 5;
/** One claim of the twin in so many lies. */
const LIE_EVERY = 20;
/** Requests under way at a time. */
const REQUESTERS = 4;
const SECONDS_PER_KILL = 20;
const REORG_DEPTH = 5;
/** Seconds after the last answer in which every claim must be decided: window, both clocks with extensions, proof time. */
const PATIENCE_SECONDS = 900;

/** Plays a day of the protocol in minutes. Every program runs as it does outside, and is killed again and again. */
export async function runSoak(options: {
  readonly inferences: number;
  readonly seed: number;
  /** Seconds over which the requests are spread, at least. */
  readonly seconds: number;
  readonly reporter: Reporter;
}): Promise<SoakReport> {
  const { inferences, seed, reporter } = options;
  const begin = performance.now();
  const random = new Random(seed);
  const world = await makeWorld();
  reporter.say(`a chain with a block each second; logs in ${world.directory}`);
  const children: Child[] = [];
  try {
    const watchtower = await openWatchtower(world);
    children.push(watchtower);
    const honest = await openOperator(world, { account: ACCOUNTS.honest, records: HONEST_RECORDS });
    children.push(honest.child);
    const { committed, modelId, addressOf } = world;
    const requester = addressOf(ACCOUNTS.requester);
    const common = { requester, modelId, elements: committed.artifact.table[0]?.count ?? 0 };
    const wanted = requestsOf({ count: inferences, seed, ...common });
    const ofTwin = requestsOf({ count: Math.ceil(inferences / 4), seed: seed + 1_000_003, ...common });
    const lies = lyingRequests(ofTwin, random);
    const twins = openTwins(world, lies, children);

    let isOver = false;
    const progress = reporter.progress("inferences", wanted.length + ofTwin.length);
    let done = 0;
    const pace = (options.seconds * 1_000) / wanted.length;
    const served = askAll(wanted, async (one, number) => {
      await sleep(Math.max(0, begin + number * pace - performance.now() + 0));
      const reply = await ask(honest.url, { wanted: one, modelId, requester }, () => isOver);
      progress.update(++done);
      return reply.kind === "served" ? one.requestId : undefined;
    });
    const servedByTwins = askAll(ofTwin, async (one, number) => {
      await sleep(Math.max(0, begin + number * 4 * pace - performance.now()));
      const answered = await twins.ask(one, requester, () => isOver);
      progress.update(++done);
      return answered ? one.requestId : undefined;
    });
    const trouble = makeTrouble({
      world,
      random,
      targets: () => children,
      isOver: () => isOver,
      reporter,
      seconds: options.seconds,
    });

    const receipts = definedOf(await served);
    const twinReceipts = definedOf(await servedByTwins);
    progress.stop();
    reporter.say(`${receipts.length} inferences served; waiting until every claim is decided`);
    const claims = await decided(world, { receipts, honest, reporter });
    isOver = true;
    const { reorgs } = await trouble;
    const files = await claimFiles([honest, ...twins.all()], claims);
    const found = accountFor({ files, claims, lies: new Set(lies), honest: honest.address });
    await settleShares(world, claims, files);
    for (const child of children) await child.stop();
    const wrong = await imbalances(world.contractsAs(ACCOUNTS.publisher), claims);
    return {
      inferences: receipts.length,
      claims: claims.length,
      honestClaims: found.honestClaims,
      ...{ lies: found.lies, liesFaulted: found.liesFaulted, honestFaulted: found.honestFaulted },
      receiptsLost: receipts.filter((id) => !found.requests.has(id)).length,
      twinReceiptsLost: twinReceipts.filter((id) => !found.requests.has(id)).length,
      undecided: claims.filter(({ state }) => !isDecided(state.phase)).length,
      kills: children.reduce((sum, child) => sum + child.kills, 0),
      reorgs,
      ...{ balanced: wrong.length === 0, imbalances: wrong },
      seconds: Math.round((performance.now() - begin) / 1_000),
    };
  } catch (error) {
    for (const child of children) reporter.say(`${child.name} said last:\n${child.said()}`);
    throw error;
  } finally {
    for (const child of children) await child.stop();
    await world.close();
  }
}

const isDecided = (phase: string): boolean => phase === "final" || phase === "faulted";
const definedOf = <T>(list: readonly (T | undefined)[]): readonly T[] =>
  list.filter((one): one is T => one !== undefined);

/** One request in every twentieth claim's worth of them, the first early enough that the others follow. */
function lyingRequests(requests: readonly Wanted[], random: Random): readonly Bytes32[] {
  const stretch = TWIN_RECORDS * LIE_EVERY;
  const lies: Bytes32[] = [];
  for (let from = 0; from < requests.length; from += stretch) {
    const span = Math.min(stretch, requests.length - from);
    lies.push((requests[from + random.below(span)] as Wanted).requestId);
  }
  return lies;
}

/** A twin lies until it is convicted; then comes the next, under another name. */
function openTwins(world: World, lies: readonly Bytes32[], children: Child[]) {
  const path = join(world.directory, "lies.json");
  writeFileSync(path, JSON.stringify(lies));
  const twins: OperatorParty[] = [];
  let opening: Promise<OperatorParty> | undefined;
  const next = async (): Promise<OperatorParty> => {
    const twin = await openOperator(world, {
      account: ACCOUNTS.firstTwin + twins.length,
      records: TWIN_RECORDS,
      lies: path,
    });
    twins.push(twin);
    children.push(twin.child);
    return twin;
  };
  return {
    all: () => twins,
    ask: async (
      wanted: Wanted,
      requester: World["modelId"] | string,
      isOver: () => boolean,
    ): Promise<boolean> => {
      for (;;) {
        const current = twins.length;
        const twin = twins.at(-1) ?? (await (opening ??= next().finally(() => (opening = undefined))));
        const reply = await ask(
          twin.url,
          { wanted, modelId: world.modelId, requester: requester as never },
          isOver,
        );
        if (reply.kind === "served") return true;
        if (reply.code !== "OPERATOR_JAILED") return false;
        if (twins.length === current) await (opening ??= next().finally(() => (opening = undefined)));
      }
    },
  };
}

async function askAll<T>(
  requests: readonly Wanted[],
  work: (wanted: Wanted, number: number) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    for (let number = next++; number < requests.length; number = next++) {
      results[number] = await work(requests[number] as Wanted, number);
    }
  };
  await Promise.all(Array.from({ length: REQUESTERS }, run));
  return results;
}

/** Kills one program after the other, and lets the chain forget its last blocks twice. */
async function makeTrouble(given: {
  readonly world: World;
  readonly random: Random;
  readonly targets: () => readonly Child[];
  readonly isOver: () => boolean;
  readonly reporter: Reporter;
  readonly seconds: number;
}): Promise<{ readonly reorgs: number }> {
  const { world, random, targets, isOver, reporter, seconds } = given;
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1_000;
  let reorgs = 0;
  let kills = 0;
  while (!isOver()) {
    await sleep(500);
    if (reorgs < 2 && elapsed() > ((reorgs + 1) * seconds) / 3) {
      await world.reorg(REORG_DEPTH);
      reorgs++;
      reporter.say(`the chain forgot its last ${REORG_DEPTH} blocks`);
    }
    if (elapsed() > (kills + 1) * SECONDS_PER_KILL) {
      kills++;
      const child = random.pick(targets());
      reporter.say(`${child.name} is killed`);
      await child.kill();
    }
  }
  return { reorgs };
}

/** Waits until every receipt's record is claimed and every claim is decided, or patience is over. */
async function decided(
  world: World,
  given: { receipts: readonly Bytes32[]; honest: OperatorParty; reporter: Reporter },
): Promise<readonly ChainClaim[]> {
  const contracts = world.contractsAs(ACCOUNTS.publisher);
  const end = performance.now() + PATIENCE_SECONDS * 1_000;
  for (;;) {
    const claims = await claimsOnChain(contracts);
    const records = claims
      .filter(({ claim }) => claim.operator === given.honest.address)
      .reduce((sum, { claim }) => sum + claim.n, 0);
    const open = claims.filter(({ state }) => !isDecided(state.phase)).length;
    if ((open === 0 && records >= given.receipts.length) || performance.now() > end) return claims;
    given.reporter.say(`${claims.length} claims, ${open} undecided`);
    await sleep(10_000);
  }
}

/** What the operators keep about the claims on the chain. */
async function claimFiles(
  parties: readonly OperatorParty[],
  claims: readonly ChainClaim[],
): Promise<ReadonlyMap<Bytes32, ClaimFile>> {
  const files = new Map<Bytes32, ClaimFile>();
  for (const { claimId, claim } of claims) {
    const party = parties.find(({ address }) => address === claim.operator);
    if (party === undefined) throw new Error(`nobody knows operator ${claim.operator}`);
    files.set(claimId, decodeClaimFile(await getText(`${party.url}/v1/claims/${claimId}`)));
  }
  return files;
}

async function getText(url: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
      return await response.text();
    } catch (error) {
      if (tries === 60) throw error;
      await sleep(500);
    }
  }
}

function accountFor(given: {
  readonly files: ReadonlyMap<Bytes32, ClaimFile>;
  readonly claims: readonly ChainClaim[];
  readonly lies: ReadonlySet<Bytes32>;
  readonly honest: string;
}) {
  const requests = new Set<Bytes32>();
  const count = { honestClaims: 0, lies: 0, liesFaulted: 0, honestFaulted: 0 };
  for (const { claimId, claim, state } of given.claims) {
    const ids = (given.files.get(claimId) as ClaimFile).records.map((record) =>
      requestId(record, claim.modelId),
    );
    for (const id of ids) requests.add(id);
    if (claim.operator === given.honest) count.honestClaims++;
    const isLie = claim.operator !== given.honest && ids.some((id) => given.lies.has(id));
    const isFaulted = state.phase === "faulted";
    if (isLie) count.lies++;
    if (isLie && isFaulted) count.liesFaulted++;
    if (!isLie && isFaulted) count.honestFaulted++;
  }
  return { ...count, requests };
}

/** Everybody takes what is theirs of the fallen claims, and the rest is burned. */
async function settleShares(
  world: World,
  claims: readonly ChainClaim[],
  files: ReadonlyMap<Bytes32, ClaimFile>,
): Promise<void> {
  const contracts = world.contractsAs(ACCOUNTS.requester);
  for (const { claimId, claim, state } of claims) {
    if (state.phase !== "faulted") continue;
    const { records } = files.get(claimId) as ClaimFile;
    const tree = commitRecords(records);
    for (const index of records.keys()) await pullRecordShare(contracts, claim, tree, index);
    const { beneficiaryPaid } = await contracts.operators.settlementOf(claimId);
    if (!beneficiaryPaid) await pullBeneficiaryShare(contracts, claim);
    await burnPenalty(contracts, claim);
  }
}
