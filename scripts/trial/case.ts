import type { DisputeView } from "../../src/dispute/dispute-view.js";
import { asWei } from "../../src/types/wei.js";
import { Random } from "../../test/support/random.js";
import type { Actor, Role } from "./actor.js";
import { addressOf } from "./actor.js";
import { keptFrom, lossOf, windUp } from "./audit.js";
import { claimTruly } from "./claimed.js";
import type { Claimed, Terms } from "./claimed.js";
import { floodOf } from "./flood-figures.js";
import type { FloodFigures } from "./flood-figures.js";
import { floodsters } from "./flood.js";
import type { Ground } from "./ground.js";
import { honestChallenger, honestOperator } from "./honest.js";
import { heldAgainst, lieOf, lyingOperator } from "./liars.js";
import { mannerOf, nuisance } from "./nuisance.js";
import { LARGEST_BATCH, LIES } from "./plan.js";
import type { AttackKind, CaseSpec, LieKind } from "./plan.js";
import { play } from "./play.js";
import { replays } from "./replays.js";
import { scribbles } from "./scribbles.js";
import { PARTY, stageScene } from "./scene.js";
import type { Scene } from "./scene.js";
import { classifierWorld, extremeWorld, longWorld, smallWorld, voidWorld } from "./worlds.js";
import type { World } from "./worlds.js";

/** One transaction that belongs to the dispute. */
export type Spent = { readonly role: Role | "other"; readonly label: string; readonly gas: number };

export type CaseResult = {
  readonly spec: CaseSpec;
  /** What is wrong with the claim; absent when it is right. */
  readonly wrong?: string;
  readonly verdict: "final" | "faulted" | "undecided";
  readonly violations: readonly string[];
  /** Wei that honest parties lost, each by itself. */
  readonly netLoss: bigint;
  readonly raceLoss: bigint;
  /** Questions of the honest challenger's longest session: about trace and artifact, and about record and input. */
  readonly rounds: { readonly deep: number; readonly shallow: number };
  readonly spent: readonly Spent[];
  /** Gas of everything that belongs to the dispute, until the verdict. */
  readonly disputeGas: number;
  /** Of batches of which every record was asked about. */
  readonly flood?: FloodFigures;
  readonly seconds: number;
};

export const isLie = (kind: CaseSpec["kind"]): kind is LieKind => (LIES as readonly string[]).includes(kind);

/** Plays one case from its first transaction to its last. `watch` looks on before everybody decides. */
export async function playCase(
  ground: Ground,
  spec: CaseSpec,
  watch?: (scene: Scene) => Promise<void>,
): Promise<CaseResult> {
  const started = performance.now();
  const random = new Random(spec.seed);
  const { world, claimed, terms } = await claimFor(spec, random);
  const liability = asWei(spec.kind === "proof over many transactions" ? 5n * 10n ** 18n : 5n * 10n ** 17n);
  const scene = await stageScene(ground, { spec, claimed, liability, random });
  const actors = await actorsOf(scene, world, terms);
  const { violations } = await play(scene, actors, watch);
  const disputeGas = Number(scene.ledger.disputeGas());
  const outcome = await windUp(scene, actors);
  const view = await scene.chronicle.view(scene.claimId);
  const losses = await lossesOf(scene, actors, view);
  return {
    spec,
    ...(claimed.wrong === undefined ? {} : { wrong: claimed.wrong }),
    verdict: outcome.verdict,
    violations: [...violations, ...outcome.violations],
    ...losses,
    rounds: scene.chronicle.roundsOf(PARTY.challenger),
    spent: spentOf(scene, actors),
    disputeGas,
    ...(spec.kind === "asks every record at once"
      ? { flood: floodOf(view, scene.ledger, scene.chronicle.settlementsOf(scene.claimId)) }
      : {}),
    seconds: (performance.now() - started) / 1000,
  };
}

/** A world in which the lie has room, and the claim. */
async function claimFor(
  spec: CaseSpec,
  random: Random,
): Promise<{ world: World; claimed: Claimed; terms: Terms }> {
  const terms: Terms = {
    requester: PARTY.requester,
    n: spec.n,
    onDemand: spec.onDemand,
    disputed: spec.disputed,
  };
  for (;;) {
    const world = await worldFor(spec, random.word());
    if (!isLie(spec.kind)) return { world, claimed: claimTruly(world, terms), terms };
    const claimed = lieOf(spec.kind)(world, terms, random);
    if (claimed !== undefined) return { world, claimed, terms };
  }
}

async function worldFor({ kind, model, turn }: CaseSpec, seed: number): Promise<World> {
  if (kind === "extreme operands") return extremeWorld(seed);
  if (kind === "void kernel") return voidWorld(seed);
  if (model === "own") return longWorld(seed, turn);
  return model === "classifier" ? classifierWorld() : smallWorld(seed);
}

async function actorsOf(scene: Scene, world: World, terms: Terms): Promise<readonly Actor[]> {
  const { spec, claimed, random } = scene;
  const { kind } = spec;
  const window = Number(scene.claim.window);
  if (isLie(kind)) {
    const held = heldAgainst({ kind, world, claimed, terms, random });
    const crowd =
      kind === "accomplices occupy"
        ? [nuisance(scene, PARTY.accomplice, mannerOf("occupies", window, random))]
        : [];
    return [lyingOperator(scene, kind), honestChallenger(scene, held), ...crowd];
  }
  // Who looks into a claim that is right, with the means to see that it is: it has nothing to ask.
  const record = claimed.records.records[terms.disputed];
  const run = world.traces[terms.disputed % world.traces.length];
  const watcher = honestChallenger(scene, {
    address: PARTY.challenger,
    committed: world.committed,
    records: [{ index: terms.disputed, ...(record && { record }), ...(run && { run }) }],
    recordList: claimed.records,
  });
  const attackers = await attackersOf(scene, kind);
  // One that only watches thousands of sessions takes as long as those who act.
  return [honestOperator(scene), ...(terms.n === LARGEST_BATCH ? [] : [watcher]), ...attackers];
}

async function attackersOf(scene: Scene, kind: AttackKind): Promise<readonly Actor[]> {
  switch (kind) {
    case "nothing to ask":
      return [];
    case "asks every record at once":
      return [await floodsters(scene)];
    case "replays evidence":
      return [await replays(scene)];
    case "random calldata":
      return [scribbles(scene)];
    case "asks and abandons":
    case "stalls":
    case "occupies":
    case "answers for the operator":
      return [nuisance(scene, PARTY.attacker, mannerOf(kind, Number(scene.claim.window), scene.random))];
  }
}

/** A challenger that somebody else was quicker than lost a race: what it spent is reported with the others. */
async function lossesOf(
  scene: Scene,
  actors: readonly Actor[],
  view: DisputeView,
): Promise<{ netLoss: bigint; raceLoss: bigint }> {
  let netLoss = 0n;
  let raceLoss = 0n;
  for (const actor of actors) {
    if (!actor.isHonest) continue;
    const who = addressOf(actor);
    const { net, race } = await lossOf(scene, who);
    raceLoss += race;
    // Whatever else it won: a deposit returns whole when the claim falls.
    netLoss += keptFrom(scene, who, view);
    if (net <= 0n) continue;
    const wasBeaten =
      actor.role === "challenger" &&
      view.phase === "faulted" &&
      scene.chronicle.beneficiaryOf(scene.claimId) !== who;
    if (wasBeaten) raceLoss += net;
    else netLoss += net;
  }
  return { netLoss, raceLoss };
}

function spentOf({ ledger }: Scene, actors: readonly Actor[]): Spent[] {
  const roles = new Map<string, Role>(actors.map((actor) => [addressOf(actor), actor.role]));
  return ledger.entries
    .filter(({ label }) => label !== "fund")
    .map(({ who, label, gas }) => ({ role: roles.get(who) ?? "other", label, gas: Number(gas) }));
}
