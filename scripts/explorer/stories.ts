import { JsonRpcSigner } from "ethers";

import { equivocationCall } from "../../src/chain/receipt-calls.js";
import { signReceipt } from "../../src/chain/sign-receipt.js";
import type { SignedReceipt } from "../../src/claim/receipt.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import type { Tree } from "../../src/trace/tree.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import { withFlippedBit, withTensor } from "../../test/support/forge-trace.js";
import { DAY } from "./agenda.js";
import { CAST, REQUESTERS, WATCHTOWER } from "./cast.js";
import { newest } from "./repertoire.js";
import type { Repertoire } from "./repertoire.js";
import type { Stage } from "./stage.js";
import { convict, playDispute } from "./verdicts.js";

/** Those who are wrong, hide, are silent or are asked for nothing, one after the other. */
export function planStories(stage: Stage, { classifier, mixers, rankers }: Repertoire): void {
  const { plan, day, claim, mixerInput, inputFor } = stage;
  const noteIfDecided = (...[claimed]: Parameters<Stage["note"]>): Promise<void> =>
    stage.note(claimed).catch(() => undefined);

  // One wrong bit, in the first kernel of a mixer; found by whoever runs it again.
  plan(day(8.2), async () => {
    const lie = (truth: CommittedTrace) => withFlippedBit(truth, { index: 0, bit: 5 * 32 + 21 });
    const wanted = [{ inputs: mixerInput() }, { inputs: mixerInput(), lie }];
    const claimed = await claim(CAST.careless, newest(mixers), wanted, { hours: 48 });
    plan(day(8.9), () => convict(stage, claimed, 1));
  });
  // The trace is withheld, and comes to light answer by answer until one element is left.
  plan(day(10.1), async () => {
    const index = Math.floor(classifier.committed.artifact.kernels.length / 3);
    const lie = (truth: CommittedTrace) => withFlippedBit(truth, { index, bit: 40 * 32 + 22 });
    const wanted = [{ inputs: inputFor(classifier), lie }];
    const claimed = await claim(CAST.hiding, classifier, wanted, { hours: 72, isShown: false });
    plan(day(10.3), async () => {
      await playDispute(stage, claimed, { answers: true, knows: true });
      await noteIfDecided(claimed);
    });
  });
  plan(day(12.3), async () => {
    const model = newest(rankers);
    const wanted = [{ inputs: inputFor(model), onDemand: true }];
    const claimed = await claim(CAST.silent, model, wanted, { hours: 48, isShown: false });
    plan(day(12.6), async () => {
      await playDispute(stage, claimed, { answers: false, knows: false });
      await noteIfDecided(claimed);
    });
  });
  // Right, and asked all the same.
  plan(day(5.1), async () => {
    const wanted = [{ inputs: mixerInput() }, { inputs: mixerInput(), onDemand: true }];
    const claimed = await claim(CAST.questioned, newest(mixers), wanted, { hours: 36 });
    plan(day(5.3), async () => {
      await playDispute(stage, claimed, { answers: true, knows: false });
      plan((await stage.ground.now()) + 2 * DAY, () => stage.finalize(claimed));
    });
  });
  // The output is not what the trace ends with.
  plan(day(14.2), async () => {
    const model = newest(rankers);
    const lie = (truth: CommittedTrace) => {
      const { source } = truth.tensor("output", 0) as Tree;
      const other = Uint8Array.from(source, (byte, at) => (at === 3 ? byte ^ 1 : byte));
      return withTensor(truth, "output", 0, other);
    };
    const claimed = await claim(CAST.swapping, model, [{ inputs: inputFor(model), lie }], { hours: 24 });
    plan(day(14.7), () => convict(stage, claimed));
  });
  // Something stands where the last tensor is over.
  plan(day(9.4), async () => {
    const model = newest(rankers);
    const last = model.committed.artifact.kernels.length - 1;
    const lie = (truth: CommittedTrace) => {
      const { source } = truth.tensor("trace", last) as Tree;
      const padded = Uint8Array.from({ length: 128 }, (_, at) => source[at] ?? (at === 100 ? 7 : 0));
      return withTensor(truth, "trace", last, padded);
    };
    const claimed = await claim(CAST.sloppy, model, [{ inputs: inputFor(model), lie }], { hours: 24 });
    plan(day(9.7), () => convict(stage, claimed));
  });
}

/** Two receipts for one request, with two answers. */
export function planEquivocation(stage: Stage, { rankers }: Repertoire): void {
  const { ground, plan, day, addressOf } = stage;
  plan(day(18.4), async () => {
    const { account } = CAST.twotongued;
    const model = newest(rankers);
    const { lists } = stage.run(model, stage.inputFor(model));
    const roots = rootsOf(lists);
    const issuedAt = BigInt(await ground.now());
    const court = ground.as(account).courtPlace;
    const signer = new JsonRpcSigner(ground.provider, addressOf(account));
    const sign = (outputRoot: Bytes32): Promise<SignedReceipt> =>
      signReceipt(
        {
          ...{ operator: addressOf(account), modelId: model.id },
          ...{ maxRecords: 4, liabilityWei: parseWei("0.5 ether") },
          record: {
            ...{ requester: addressOf(REQUESTERS[0]), salt: ZERO_HASH, inputRoot: roots.input, outputRoot },
            ...{ traceRoot: ZERO_HASH, parentsRoot: ZERO_HASH, parentsCount: 0 },
          },
          ...{ issuedAt: asSeconds(issuedAt), inclusionDeadline: asSeconds(issuedAt + BigInt(DAY)) },
        },
        { signer, court },
      );
    const pair = [await sign(roots.output), await sign(roots.input)] as const;
    stage.shelf.receipts.push(...pair);
    await ground.act(WATCHTOWER, equivocationCall(ground.as(WATCHTOWER), pair, addressOf(WATCHTOWER)));
  });
}
