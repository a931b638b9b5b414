import { elementEvidence } from "../../src/dispute/evidence.js";
import { allocateTensor, valueType } from "../../src/program/dtype.js";
import type { Dtype, TensorData, ValueType } from "../../src/program/dtype.js";
import { ARITHMETIC } from "../../src/program/instruction.js";
import type { ArithmeticOp, Instruction } from "../../src/program/instruction.js";
import { product } from "../../src/program/kernel.js";
import { interpretKernel } from "../../src/run/interpreter.js";
import { judgeAll } from "./bench.js";
import type { Bench } from "./bench.js";
import { flipBit, stage } from "./exhibit.js";
import { dim, load, operandData, sceneOf } from "./kernel-shapes.js";
import type { Fill, KernelShape } from "./kernel-shapes.js";

/** Gas of `judge`, and whether it convicted as it must, of elements with a bit flipped. */
export async function gasOf(bench: Bench, shapes: readonly KernelShape[], together = 1): Promise<number[]> {
  const cases = shapes.map((shape) => {
    const { exhibit, claim } = stage(
      sceneOf(shape, { registry: bench.registry, kernels: 12, weights: 8, own: wrongly(shape) }),
    );
    const kernel = exhibit.committed.artifact.kernels.length - 1;
    return { claim, evidence: elementEvidence(exhibit, { kernel, element: shape.element }) };
  });
  const answers = await judgeAll(bench, cases, together);
  return answers.map(({ verdict, values, gas }, i) => {
    if (verdict !== "Element") throw new Error(`${shapes[i]?.name}: ${verdict} ${values.join(" ")}`);
    return gas;
  });
}

/** The true tensor with one bit of the element flipped; only that element is computed. */
function wrongly({ kernel, operands, element }: KernelShape): TensorData {
  const entries = operands.map((_, number) => {
    const one = kernel.loads.find(({ tensor }) => tensor === number);
    return { dtype: one?.dtype ?? "u8", count: product(one?.dims.map(({ size }) => size) ?? [1]) } as const;
  });
  const data = operandData(operands, entries);
  const own = allocateTensor(kernel.dtype, product(kernel.shape));
  if (product(kernel.shape) > 64) return flipBit(own, { element, bit: 0 });
  return flipBit(interpretKernel(kernel, data), { element, bit: 0 });
}

/** An expression that leaves `times` results of an instruction, or of its first operand where `once`, combined to one. */
export function applied(
  op: ArithmeticOp | "select",
  type: ValueType,
  times: number,
  of: number,
): Instruction[] {
  const takes: readonly ValueType[] = op === "select" ? ["i32", type, type] : ARITHMETIC[op].takes;
  const gives = op === "select" ? type : ARITHMETIC[op].gives;
  const loads = (types: readonly ValueType[]): Instruction[] => {
    const seen = { f32: 0, i32: 2 };
    return types.map((one) => ({ op: "load", arg: seen[one]++ }));
  };
  const code: Instruction[] = [];
  for (let i = 0; i < of; i++) {
    code.push(...(i < times ? [...loads(takes), { op }] : loads([gives])));
    if (i > 0) code.push({ op: gives === "f32" ? "f32.min" : "i32.and" });
  }
  return code;
}

/** Loads 0, 1 are f32, 2, 3 i32, all of K elements in a row; the body is summed up by its maximum. */
export function expressionShape(
  name: string,
  body: readonly Instruction[],
  type: ValueType,
  k: number,
  fills: readonly Fill[],
): KernelShape {
  const dtypes: readonly Dtype[] = ["f32", "f32", "i32", "i32"];
  return {
    name,
    element: 0,
    operands: dtypes.map((_, number) => ({ made: true, fill: fills[number] as Fill })),
    kernel: {
      shape: [1],
      reduce: k === 1 ? [] : [k],
      reducer: k === 1 ? "none" : "max",
      dtype: type,
      loads: dtypes.map((dtype, number) => load(number, dtype, [dim(k, k === 1 ? [1] : [0, 1])])),
      body,
      tail: [{ op: "acc" }],
    },
  };
}

export { valueType };
