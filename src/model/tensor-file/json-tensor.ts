import { OnusError } from "../../errors/onus-error.js";
import type { OnnxTensor } from "../onnx/graph.js";

/** The element type of numbers whose type nobody has said: they become what they are used as, if they fit. */
export const UNTYPED = "number";

/**
 * A tensor as JSON: a number, nested lists of numbers, or `{ "shape": [2, 3], "data": [1, 2, 3, 4, 5, 6] }`. true and
 * false are 1 and 0; "NaN", "Infinity" and "-Infinity" stand for what JSON has no numbers for.
 */
export function parseJsonTensor(name: string, text: string): OnnxTensor {
  const refuse = (reason: string) => new OnusError("TENSOR_FILE_UNREADABLE", { file: name, reason });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  const numbers: number[] = [];
  const visit = (one: unknown): number[] => {
    if (!Array.isArray(one)) {
      numbers.push(numberOf(one, refuse));
      return [];
    }
    const shapes = one.map(visit);
    const [first = []] = shapes;
    if (shapes.some((shape) => shape.join() !== first.join())) throw refuse("its lists differ in length");
    return [one.length, ...first];
  };
  if (isTensor(parsed)) {
    visit(parsed.data);
    const count = parsed.shape.reduce((product, extent) => product * extent, 1);
    if (count !== numbers.length)
      throw refuse(`[${parsed.shape.join(", ")}] has ${count} elements; it gives ${numbers.length}`);
    return { name, elementType: UNTYPED, shape: parsed.shape, data: Float64Array.from(numbers) };
  }
  const shape = visit(parsed);
  return { name, elementType: UNTYPED, shape, data: Float64Array.from(numbers) };
}

const isTensor = (one: unknown): one is { shape: number[]; data: unknown[] } =>
  typeof one === "object" &&
  one !== null &&
  "shape" in one &&
  Array.isArray(one.shape) &&
  one.shape.every((extent) => Number.isInteger(extent) && extent >= 0) &&
  "data" in one &&
  Array.isArray(one.data);

const WORDS: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity };

function numberOf(one: unknown, refuse: (reason: string) => Error): number {
  if (typeof one === "number") return one;
  if (typeof one === "boolean") return one ? 1 : 0;
  const word = typeof one === "string" ? WORDS[one] : undefined;
  if (word === undefined) throw refuse(`${JSON.stringify(one)} is no number`);
  return word;
}
