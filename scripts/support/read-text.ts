/** What a recogniser's output says: greedy CTC decoding of [steps, classes] probabilities. */
export type Reading = {
  readonly text: string;
  /** Step at which each character of the text was seen first. */
  readonly steps: readonly number[];
  /** Product of the probabilities of the characters. */
  readonly confidence: number;
};

/** The most probable class of each step, repeats dropped, blanks (class 0) left out. */
export function readText(probabilities: ArrayLike<number>, alphabet: readonly string[]): Reading {
  const classes = alphabet.length;
  const steps: number[] = [];
  let text = "";
  let confidence = 1;
  let previous = 0;
  for (let step = 0; step * classes < probabilities.length; step++) {
    const best = bestClass(probabilities, { step, classes });
    if (best !== 0 && best !== previous) {
      text += alphabet[best];
      steps.push(step);
      confidence *= probabilities[step * classes + best] as number;
    }
    previous = best;
  }
  return { text, steps, confidence };
}

export function bestClass(probabilities: ArrayLike<number>, { step, classes }: { step: number; classes: number }): number {
  let best = 0;
  for (let one = 1; one < classes; one++) {
    if ((probabilities[step * classes + one] as number) > (probabilities[step * classes + best] as number)) best = one;
  }
  return best;
}
