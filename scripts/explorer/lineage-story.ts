import {
  bindEdgeCall,
  pushTaintCall,
  showForeignParentCall,
  stateEdgeCall,
} from "../../src/chain/lineage-calls.js";
import { findBinding } from "../../src/claim/find-binding.js";
import { commitParents, openParent } from "../../src/claim/parent-list.js";
import type { Parent } from "../../src/claim/parent-list.js";
import { openRecordOf } from "../../src/claim/record-opening.js";
import type { TensorData } from "../../src/program/dtype.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { tensorOfBytes } from "../../src/run/engine.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import type { Tree } from "../../src/trace/tree.js";
import { asAddress } from "../../src/types/address.js";
import { withFlippedBit } from "../../test/support/forge-trace.js";
import { ASKER, CAST, WATCHTOWER } from "./cast.js";
import type { Character } from "./cast.js";
import { newest } from "./repertoire.js";
import type { Repertoire } from "./repertoire.js";
import { itemsOf } from "./shelf.js";
import type { Claimed, Model } from "./shelf.js";
import type { Stage, Wanted } from "./stage.js";
import { convict } from "./verdicts.js";

/** Claims of one record each. `far` names a parent elsewhere, too, and nobody pushes taint to it. */
type Family = Readonly<Record<"source" | "wrong" | "child" | "sibling" | "grandchild" | "far", Claimed>>;

const ELSEWHERE = { chainId: 1n, contract: asAddress("0x00000000000000000000000000000000000000aa") };

/** Results made from results. The first wrong one is found when its descendants are final already. */
export function planLineage(stage: Stage, repertoire: Repertoire): void {
  const { plan, day } = stage;
  plan(day(15.1), async () => {
    const { elsewhere, ...family } = await claimFamily(stage, repertoire);
    const { source, wrong, child, sibling, grandchild, far } = family;
    for (const one of [source, child, sibling, grandchild, far]) stage.finalizeLater(one, day(15.15));
    plan(day(15.4), () => showEdges(stage, family, elsewhere));
    plan(day(17.5), () => convict(stage, wrong));
    plan(day(17.6), async () => {
      const ref = ({ id }: Claimed) => ({ claimId: id, recordIndex: 0 });
      const { act, as } = stage.ground;
      for (const [kid, parent] of [
        [child, wrong],
        [sibling, wrong],
        [grandchild, child],
      ] as const)
        await act(WATCHTOWER, pushTaintCall(as(WATCHTOWER), { child: ref(kid), parent: ref(parent) }));
    });
  });
}

async function claimFamily(
  { ground, claim, mixerInput }: Stage,
  { mixers, rankers }: Repertoire,
): Promise<Family & { readonly elsewhere: Parent }> {
  const book = ground.as(0).claimPlace;
  const parentOf = ({ id }: Claimed): Parent => ({ claimId: id, recordIndex: 0, book });
  const mixer = newest(mixers);
  const ranker = newest(rankers);
  const lie = (truth: CommittedTrace) => withFlippedBit(truth, { index: 4, bit: 9 * 32 + 20 });
  const claimFrom = (
    who: Character,
    model: Model,
    made: { readonly from: Claimed } & Omit<Wanted, "inputs">,
    terms: { readonly hours: number; readonly liability?: string } = { hours: 12 },
  ): Promise<Claimed> => {
    const { from, ...rest } = made;
    return claim(who, model, [{ parents: [parentOf(from)], ...rest, inputs: [outputOf(from)] }], terms);
  };
  const source = await claim(CAST.steady, mixers[1] as Model, [{ inputs: mixerInput() }], { hours: 12 });
  const wrong = await claimFrom(CAST.poisoned, mixer, { from: source, lie }, { hours: 96 });
  const child = await claimFrom(CAST.careful, mixer, { from: wrong });
  const sibling = await claimFrom(CAST.steady, ranker, { from: wrong });
  const parents = [parentOf(child), parentOf(source)];
  const grandchild = await claimFrom(
    CAST.large,
    ranker,
    { from: child, parents },
    { hours: 12, liability: "1" },
  );
  const elsewhere: Parent = { claimId: source.id, recordIndex: 3, book: ELSEWHERE };
  const far = await claimFrom(CAST.questioned, ranker, {
    from: child,
    parents: [parentOf(child), elsewhere],
  });
  return { source, wrong, child, sibling, grandchild, far, elsewhere };
}

/** Somebody shows on chain what was made from what. */
async function showEdges({ ground }: Stage, family: Family, elsewhere: Parent): Promise<void> {
  const { act, as } = ground;
  const opening = (one: Claimed) => openRecordOf(one.claim, one.records, 0);
  const pathTo = (kid: Claimed, position: number) =>
    openParent(commitParents(kid.parents[0] ?? []), position);
  const published = ({ identity, committed }: Model) => ({ identity, commitment: committed.commitment });
  const state = async (kid: Claimed, parent: Claimed, position: number): Promise<void> => {
    const named = { claim: parent.claim, recordIndex: 0 };
    const edge = { child: opening(kid), path: pathTo(kid, position), parent: named };
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
  const { source, wrong, child, sibling, grandchild, far } = family;
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
  const shown = { child: opening(far), path: pathTo(far, 1), parent: elsewhere };
  await act(ASKER, showForeignParentCall(as(ASKER), shown as never));
}

/** The first output of a claim's first record. */
function outputOf({ traces, model }: Claimed): TensorData {
  const { table, outputs } = model.committed.artifact;
  const { source } = (traces[0] as CommittedTrace).tensor("output", 0) as Tree;
  return tensorOfBytes(source, table[table.length - outputs.length] as TensorEntry);
}
