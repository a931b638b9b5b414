import { retireCall } from "../../src/chain/model-calls.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { importCached } from "../../src/store/import-cache.js";
import { ocrModels } from "../support/ocr-models.js";
import { PUBLISHERS } from "./cast.js";
import { makeMixer, makeRanker } from "./models.js";
import type { Model } from "./shelf.js";
import type { Stage } from "./stage.js";

/** The models of the history. `mixers` and `rankers` grow by a version now and then. */
export type Repertoire = {
  readonly classifier: Model;
  readonly mixers: readonly Model[];
  readonly rankers: readonly Model[];
};

export const newest = (models: readonly Model[]): Model => models.at(-1) as Model;

/** Publishes first versions, and plans the later ones. */
export async function publishRepertoire({ publish, plan, day, ground }: Stage): Promise<Repertoire> {
  const { bytes, shape } = ocrModels.classifier;
  const classifierFile = await importCached(bytes(), { shapes: { x: shape }, evaluate: evaluateOnce });
  const [first, second] = PUBLISHERS;
  await ground.passTo(day(0));
  const classifier = await publish(first, classifierFile, "https://models.example/text-direction/1");
  const mixers = [await publish(second, makeMixer(1), "https://models.example/mixer/1")];
  const rankers = [await publish(second, makeRanker(1), "https://models.example/ranker/1")];
  plan(day(6), async () => {
    mixers.push(await publish(second, makeMixer(2), "https://models.example/mixer/2", mixers[0]));
  });
  plan(day(11), async () => {
    rankers.push(await publish(second, makeRanker(2), "https://models.example/ranker/2", rankers[0]));
  });
  plan(day(13), async () => {
    mixers.push(await publish(second, makeMixer(3), "https://models.example/mixer/3", mixers[1]));
    await ground.act(second, retireCall(ground.as(second), (mixers[0] as Model).id));
  });
  return { classifier, mixers, rankers };
}
