import { nextChallengerMove } from "../../src/dispute/challenge.js";
import { ASKER, CAST } from "./cast.js";
import type { Ground } from "./ground.js";
import { planLineage } from "./lineage-story.js";
import { planOrdinaryWork } from "./ordinary-work.js";
import { newest, publishRepertoire } from "./repertoire.js";
import type { Repertoire } from "./repertoire.js";
import type { Claimed, Shelf } from "./shelf.js";
import { makeStage } from "./stage.js";
import type { Stage } from "./stage.js";
import { planEquivocation, planStories } from "./stories.js";
import { makeMove } from "./verdicts.js";

/** Of the window of what happens while somebody looks, in seconds. */
const SHORT_WINDOW = 90;

/** What was seeded, and what makes it go on. */
export type Life = { readonly shelf: Shelf; readonly happen: () => Promise<Claimed> };

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
    readonly signal?: AbortSignal;
  },
): Promise<Life> {
  const { begin, endpointOf, say, signal } = options;
  const stage = makeStage(ground, begin);
  say("publishing models");
  const repertoire = await publishRepertoire(stage);
  // What is planned first happens first where two things have the same second: the order is part of the history.
  planOrdinaryWork(stage, repertoire, endpointOf);
  planStories(stage, repertoire);
  planLineage(stage, repertoire);
  planEquivocation(stage, repertoire);
  say("playing three weeks of claims, disputes and faults (half a minute)");
  await stage.play(ground, { say, ...(signal !== undefined && { signal }) });
  await leaveUndecided(stage, repertoire);
  return { shelf: stage.shelf, happen: goOn(stage, repertoire) };
}

/** What happens in the last hours is undecided when somebody looks. */
async function leaveUndecided(stage: Stage, { classifier, mixers }: Repertoire): Promise<void> {
  const { claim, mixerInput, inputFor, addressOf } = stage;
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
  const asker = { account: ASKER, keys: new Set<never>() };
  await makeMove(stage, asker, late, (view, now) => nextChallengerMove(view, held, now));
}

/** Something that happens now: a claim whose window is short, and whatever became final since. */
function goOn(stage: Stage, { classifier, mixers, rankers }: Repertoire): Life["happen"] {
  const { random, claim, inputFor } = stage;
  let fresh: readonly { readonly claimed: Claimed; readonly until: number }[] = [];
  return async () => {
    const who = random.pick([CAST.steady, CAST.careful, CAST.questioned, CAST.large]);
    const model = random.pick([newest(mixers), newest(rankers), classifier]);
    stage.turnPage();
    const wanted = [{ inputs: inputFor(model), onDemand: random.chance(50) }];
    const made = await claim(who, model, wanted, { seconds: SHORT_WINDOW, liability: "0.05" });
    const now = Date.now() / 1_000;
    const over = fresh.filter(({ until }) => until < now);
    for (const { claimed } of over) await stage.finalize(claimed);
    fresh = [...fresh.filter((one) => !over.includes(one)), { claimed: made, until: now + SHORT_WINDOW + 5 }];
    return made;
  };
}
