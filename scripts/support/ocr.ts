/** How PP-OCR models take a text line and give characters (PaddleOCR, tools/infer/predict_rec.py). */

/** An image as canvases give it: RGBA, one byte a channel, row-major. */
export type Pixels = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

/** [1, 3, height, width], channels in the order blue, green, red, each (x / 255 - 0.5) / 0.5. */
export function imageToTensor({ width, height, data }: Pixels): Float32Array {
  const plane = width * height;
  const tensor = new Float32Array(3 * plane);
  for (let pixel = 0; pixel < plane; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = data[4 * pixel + 2 - channel] as number;
      tensor[channel * plane + pixel] = (value / 255 - 0.5) / 0.5;
    }
  }
  return tensor;
}

/** The recogniser's classes: the blank, one character a line of the dictionary, and the space. */
export function readDictionary(text: string): readonly string[] {
  return [
    "",
    ...text
      .split("\n")
      .map((line) => line.replace(/\r$/, ""))
      .filter((line) => line !== ""),
    " ",
  ];
}

/** The class with the highest probability at each step; `probabilities` is [steps, classes]. */
export function bestClasses(probabilities: Float32Array, classes: number): number[] {
  return Array.from({ length: probabilities.length / classes }, (_, step) => {
    const row = probabilities.subarray(step * classes, (step + 1) * classes);
    return row.reduce((best, value, index) => (value > (row[best] as number) ? index : best), 0);
  });
}

/** A text, and the step at which each of its characters was seen first. */
export type Reading = { readonly text: string; readonly steps: readonly number[] };

/** Greedy CTC decoding: repetitions fall together, blanks (class 0) fall away. */
export function readText(probabilities: Float32Array, dictionary: readonly string[]): Reading {
  const best = bestClasses(probabilities, dictionary.length);
  const steps = best.flatMap((one, step) => (one === 0 || one === best[step - 1] ? [] : [step]));
  return { text: steps.map((step) => dictionary[best[step] as number]).join(""), steps };
}
