import { performMove } from "../../src/chain/perform-move.js";
import type { ChainMove } from "../../src/chain/move-call.js";
import { OnusError } from "../../src/errors/onus-error.js";
import { asWei } from "../../src/types/wei.js";
import { addressOf, labelOf } from "./actor.js";
import type { Actor, Deed } from "./actor.js";
import { hardEnd } from "./audit.js";
import type { Scene } from "./scene.js";

/** Rounds of everybody doing something, after which a case is stuck. */
const MOST_ROUNDS = 60_000;
/** Rounds in which somebody acts and nothing comes of it. */
const MOST_IDLE_ROUNDS = 20;
/** Wei per gas between which the base fee wanders; it may double between a question and its answer, not more. */
const BASE_FEE = { least: 750_000_000n, most: 1_400_000_000n };

/** What went wrong in a case beside its verdict. */
export type Played = { readonly violations: readonly string[] };

/**
 * Lets everybody do what they do until nobody has anything to do: in every second all look at the same chain and act,
 * those without honesty first when the seed says so; when all wait, time goes on to the earliest that somebody waits
 * for.
 *
 * @param watch looks on before everybody decides
 */
export async function play(
  scene: Scene,
  actors: readonly Actor[],
  watch?: (scene: Scene) => Promise<void>,
): Promise<Played> {
  const { ground, chronicle, claimId, random, spec } = scene;
  const { chain } = ground;
  const violations: string[] = [];
  let idle = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await watch?.(scene);
    const seenAt = chain.changes;
    const now = chain.second;
    const order = inOrder(actors, random.chance(70));
    // Who sends blindly decided on what the last block showed; others see what came before them.
    const decided = spec.isBlind ? await decideAll(scene, order) : new Map<Actor, Deed>();
    let hasActed = false;
    let until = Infinity;
    for (const actor of order) {
      const changesSeen = spec.isBlind ? seenAt : chain.changes;
      const deed = decided.get(actor) ?? (await actor.next(await chronicle.view(claimId), now));
      if (deed.kind === "rest") continue;
      if (deed.kind === "wait") {
        if (deed.until <= now) return stuck(violations, actor, `waits at ${now} until ${deed.until}`);
        until = Math.min(until, deed.until);
        continue;
      }
      const problem = await perform(scene, actor, deed, changesSeen);
      if (problem !== undefined) violations.push(problem);
      if (violations.length > 3) return { violations };
      hasActed = true;
    }
    idle = hasActed && chain.changes === seenAt ? idle + 1 : 0;
    if (idle > MOST_IDLE_ROUNDS)
      return stuck(violations, undefined, `nothing comes of what is done at ${now}`);
    if (hasActed) continue;
    // At its hard end a claim is poked, whatever anybody is waiting for.
    const view = await chronicle.view(claimId);
    const isUndecided = view.phase === "open" || view.phase === "contested";
    if (until === Infinity || (isUndecided && until > hardEnd(view))) return { violations };
    chain.second = until;
    chain.baseFee = wander(chain.baseFee, random.between(80, 125));
  }
  return stuck(violations, undefined, `${MOST_ROUNDS} rounds without an end`);
}

async function decideAll(scene: Scene, actors: readonly Actor[]): Promise<ReadonlyMap<Actor, Deed>> {
  const view = await scene.chronicle.view(scene.claimId);
  const deeds = new Map<Actor, Deed>();
  for (const actor of actors) deeds.set(actor, await actor.next(view, scene.ground.chain.second));
  return deeds;
}

const stuck = (violations: readonly string[], actor: Actor | undefined, what: string): Played => ({
  violations: [...violations, `${actor?.role ?? "everybody"} is stuck: ${what}`],
});

function inOrder(actors: readonly Actor[], othersFirst: boolean): readonly Actor[] {
  return [...actors].sort((a, b) => (Number(a.isHonest) - Number(b.isHonest)) * (othersFirst ? 1 : -1));
}

function wander(fee: bigint, percent: number): bigint {
  const moved = (fee * BigInt(percent)) / 100n;
  return moved < BASE_FEE.least ? BASE_FEE.least : moved > BASE_FEE.most ? BASE_FEE.most : moved;
}

/** Does it, and says what is wrong when the chain refuses an honest party something that nobody did before. */
async function perform(
  scene: Scene,
  actor: Actor,
  deed: Exclude<Deed, { kind: "wait" | "rest" }>,
  changesSeen: number,
): Promise<string | undefined> {
  const { ground, claim, random } = scene;
  const { chain } = ground;
  const from = addressOf(actor);
  chain.label = labelOf(deed);
  // No more than the base fee, since no more is paid back.
  const tip = asWei((chain.baseFee * BigInt(random.between(0, 100))) / 100n);
  if (deed.kind === "calls") {
    for (const call of deed.calls) {
      const { succeeded } = await chain.send({ from, ...call }, tip);
      if (!succeeded) actor.refused?.(deed);
    }
    return undefined;
  }
  const { contracts } = ground.as(from);
  const cameSecond = chain.changes > changesSeen;
  try {
    const move = deed.move as ChainMove;
    await performMove({ contracts: { ...contracts, runner: actor.account }, claim, move, fees: { tip } });
    return undefined;
  } catch (error) {
    if (!(error instanceof OnusError)) throw error;
    actor.refused?.(deed);
    if (!actor.isHonest || cameSecond) return undefined;
    return `the ${actor.role}'s ${deed.move.kind} was refused: ${error.message}`;
  }
}
