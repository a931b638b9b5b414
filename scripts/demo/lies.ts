import type { TensorData } from "../../src/program/dtype.js";
import type { Model, Run } from "../../src/run/engine.js";
import { bestClasses, readText } from "../support/ocr.js";

export const LIES = ["output", "hidden"] as const;

/** Where a liar lies: in the output alone, or in a middle layer, computing on honestly from there. */
export type LieKind = (typeof LIES)[number];

export type Lie = { readonly run: Run; readonly kernel: number; readonly claimedText: string };

type Forgery = {
  readonly model: Model;
  readonly input: TensorData;
  readonly dictionary: readonly string[];
  /** The text the liar wants to be read. */
  readonly claimedText: string;
};

const probabilitiesOf = (run: Run): Float32Array => run.tensors.at(-1) as Float32Array;

/**
 * Runs honestly and then exchanges, at every step that shows a character to be forged, the probabilities of the true and
 * the claimed character.
 */
export function lieInOutput({ model, input, dictionary, claimedText }: Forgery): Lie {
  const kernel = model.artifact.kernels.length - 1;
  const run = model.run([input], {
    intercept: (number, output) =>
      number === kernel ? exchangeCharacters(output as Float32Array, dictionary, claimedText) : output,
  });
  return { run, kernel, claimedText: readText(probabilitiesOf(run), dictionary).text };
}

function exchangeCharacters(
  truth: Float32Array,
  dictionary: readonly string[],
  claimed: string,
): Float32Array {
  const classes = dictionary.length;
  const best = bestClasses(truth, classes);
  const { text, steps } = readText(truth, dictionary);
  const forged = truth.slice();
  for (const [position, first] of steps.entries()) {
    if (text[position] === claimed[position]) continue;
    const from = best[first] as number;
    const to = dictionary.indexOf(claimed[position] ?? "");
    for (let step = first; best[step] === from; step++) {
      forged[step * classes + from] = truth[step * classes + to] as number;
      forged[step * classes + to] = truth[step * classes + from] as number;
    }
  }
  return forged;
}

/**
 * Plants one layer of a run on another image into a run on the true one. Tries kernels from two fifths of the program on,
 * until the reading is the forged one; a layer that does not carry the whole line changes nothing visible.
 */
export function lieInMiddle(forgery: Forgery & { readonly otherInput: TensorData }): Lie {
  const { model, input, otherInput, dictionary, claimedText } = forgery;
  const { artifact } = model;
  const other = model.run([otherInput]);
  const firstKernel = artifact.inputs.length + artifact.weights.length;
  const count = artifact.kernels.length;
  for (let kernel = Math.floor((2 * count) / 5); kernel < count; kernel++) {
    const planted = other.tensors[firstKernel + kernel] as TensorData;
    const run = model.run([input], { intercept: (number, output) => (number === kernel ? planted : output) });
    const { text } = readText(probabilitiesOf(run), dictionary);
    if (text === claimedText) return { run, kernel, claimedText: text };
  }
  throw new Error(`no layer of the model makes it read ${claimedText}`);
}
