import { OnusError } from "../../errors/onus-error.js";
import { elementBytes } from "../../program/dtype.js";
import type { Dtype, TensorData } from "../../program/dtype.js";
import type { Engine, Execution, Program } from "../engine.js";
import { exactTranscendental, TRANSCENDENTALS } from "../transcendental-exact.js";
import { REDUCTION } from "../transcendental.js";
import type { Source } from "./form.js";
import { aligned, layOutMemory } from "./lay-out-memory.js";
import type { Lifetime } from "./lay-out-memory.js";
import { Library } from "./library.js";
import { ModuleWriter } from "./module.js";
import { normalizeKernel } from "./normalize.js";
import { stagesOf } from "./stages.js";
import type { Stage } from "./stage.js";
import { rangeOf, soloTeam, threadedTeam } from "./team.js";
import type { Helpers } from "./team.js";
import { controlBytes } from "./thread-source.js";
import { ERF_TABLE, EXACT_IMPORT } from "./transcendental.js";
import { webAssembly } from "./web-assembly.js";
import type { WasmMemory } from "./web-assembly.js";

const PAGE_BYTES = 65_536;
/** Addresses are 32 bits wide. */
const MOST_BYTES = 2 ** 32;

/** A module generated for each model, base SIMD only; runs wherever WebAssembly does. */
export const wasmEngine: Engine = { name: "wasm", prepare: (program) => prepareProgram(program) };

/** The same with threads besides the caller's: kernels are shared by their outputs, so that not a bit changes. */
export const threadedWasmEngine = (helpers: Helpers): Engine => ({
  name: `wasm with ${helpers.count + 1} threads`,
  prepare: (program) => prepareProgram(program, helpers),
});

/** Where everything of a program lies in one memory. */
type Layout = {
  /** Of inputs and kernels by tensor id; weights only where they are read as they are. */
  readonly tensors: readonly (number | undefined)[];
  readonly constants: ReadonlyMap<string, { readonly address: number; readonly data: TensorData }>;
  /** Of the temporaries of each kernel, by number. */
  readonly temporaries: readonly (readonly number[])[];
  readonly tables: { readonly erf: number; readonly reduction: number };
  /** Of each thread. */
  readonly scratch: readonly number[];
  readonly control: number;
  readonly bytes: number;
};

function prepareProgram(program: Program, helpers?: Helpers): Execution {
  const { inputs, weights, kernels, table } = program;
  const firstKernel = inputs + weights.length;
  const weightOf = (tensor: number) => weights[tensor - inputs];
  const stages = kernels.map((kernel) =>
    kernel === undefined ? [] : stagesOf(normalizeKernel(kernel), weightOf),
  );
  const threads = 1 + (helpers?.count ?? 0);
  const layout = layOut(program, stages, threads);

  const module = new ModuleWriter({ [EXACT_IMPORT]: { takes: ["i32", "f32"], gives: "f32" } });
  const library = new Library(module, layout.tables);
  stages.forEach((ofKernel, number) =>
    ofKernel.forEach((stage, part) =>
      stage.write(
        {
          library,
          addressOf: (source) => addressOf(layout, number, source),
          output:
            stage.makes === "output"
              ? (layout.tensors[firstKernel + number] as number)
              : (layout.temporaries[number]?.[stage.makes.temporary] as number),
        },
        exportName(number, part),
      ),
    ),
  );

  const pages = Math.ceil(layout.bytes / PAGE_BYTES);
  const isShared = helpers !== undefined;
  const memory = allocateMemory(pages, isShared);
  const compiled = new webAssembly.Module(module.encode({ pages, isShared }));
  const scratch = layout.scratch;
  const { exports } = new webAssembly.Instance(compiled, {
    env: { memory, scratch: scratch[0], [EXACT_IMPORT]: exact },
  });
  fillConstants(memory, layout, weights, inputs);

  const ranges = stages.flatMap((ofKernel, number) =>
    ofKernel.map((stage, part) => rangeOf(exportName(number, part), stage, threads)),
  );
  const { control } = layout;
  const team =
    helpers === undefined
      ? soloTeam(ranges, exports)
      : threadedTeam({ helpers, module: compiled, memory, control, scratch, stages: ranges, exports, exact });
  const view = (id: number): TensorData => {
    const { dtype, count } = table[id] as { dtype: Dtype; count: number };
    return viewOf(memory, { dtype, count, address: layout.tensors[id] as number });
  };

  return {
    run(given, { keepsTrace, onKernel, intercept, observe }) {
      given.forEach((data, id) => {
        if (layout.tensors[id] !== undefined) view(id).set(data);
      });
      const firstKept = keepsTrace ? 0 : kernels.length - program.outputs;
      const kept: TensorData[] = [];
      let next = 0;
      for (const [number, ofKernel] of stages.entries()) {
        const id = firstKernel + number;
        if (ofKernel.length === 0) view(id).fill(0);
        ofKernel.forEach(() => team.run(next++));
        if (intercept !== undefined) view(id).set(intercept(number, view(id).slice()));
        observe?.(number, view(id));
        if (number >= firstKept) kept.push(view(id).slice());
        onKernel?.(number + 1, kernels.length);
      }
      return kept;
    },
    memoryBytes: pages * PAGE_BYTES,
    close: () => team.close(),
  };
}

const exportName = (kernel: number, part: number): string => `${kernel}.${part}`;

const exact = (number: number, x: number): number =>
  exactTranscendental(TRANSCENDENTALS[number] as (typeof TRANSCENDENTALS)[number], x);

function layOut(
  { inputs, weights, kernels, table, outputs }: Program,
  stages: readonly (readonly Stage[])[],
  threads: number,
): Layout {
  let end = 0;
  const place = (bytes: number): number => {
    const address = end;
    end += aligned(bytes);
    return address;
  };
  const tables = { erf: place(ERF_TABLE.byteLength), reduction: place(REDUCTION.byteLength) };
  const tensors = new Array<number | undefined>(table.length).fill(undefined);
  const constants = new Map<string, { address: number; data: TensorData }>();
  const firstKernel = inputs + weights.length;
  const last = new Array<number>(table.length).fill(-1);

  stages.forEach((ofKernel, number) => {
    for (const source of ofKernel.flatMap((stage) => stage.sources)) {
      if (source.kind === "tensor") {
        last[source.id] = number;
        const weight = weights[source.id - inputs];
        if (weight !== undefined) tensors[source.id] ??= place(weight.byteLength);
      } else if (source.kind === "constant" && !constants.has(source.key)) {
        constants.set(source.key, { address: place(source.data.byteLength), data: source.data });
      }
    }
  });

  const lifetimes: (Lifetime & { put(address: number): void })[] = [];
  const bytesOf = (id: number) => {
    const { dtype, count } = table[id] as { dtype: Dtype; count: number };
    return count * elementBytes(dtype);
  };
  for (let id = 0; id < inputs; id++) {
    if ((last[id] as number) < 0) continue;
    const put = (address: number) => (tensors[id] = address);
    lifetimes.push({ bytes: bytesOf(id), first: 0, last: last[id] as number, put });
  }
  const temporaries = kernels.map((): number[] => []);
  kernels.forEach((_, number) => {
    const id = firstKernel + number;
    // Outputs stay until the run is over; a tensor nobody reads lives for its own step.
    const until = number >= kernels.length - outputs ? kernels.length : Math.max(number, last[id] as number);
    lifetimes.push({
      bytes: bytesOf(id),
      first: number,
      last: until,
      put: (address) => (tensors[id] = address),
    });
    for (const { makes } of stages[number] as readonly Stage[]) {
      if (makes === "output") continue;
      const put = (address: number) => ((temporaries[number] as number[])[makes.temporary] = address);
      lifetimes.push({ bytes: makes.bytes, first: number, last: number, put });
    }
  });
  const arena = layOutMemory(lifetimes);
  const base = place(arena.bytes);
  lifetimes.forEach(({ put }, number) => put(base + (arena.offsets[number] as number)));
  const scratchBytes = stages.flat().reduce((most, stage) => Math.max(most, stage.scratchBytes), 0);
  const scratch = Array.from({ length: threads }, () => place(scratchBytes));
  const control = place(controlBytes(threads));
  return { tensors, constants, temporaries, tables, scratch, control, bytes: end };
}

function addressOf(layout: Layout, kernel: number, source: Source): number {
  switch (source.kind) {
    case "tensor":
      return layout.tensors[source.id] ?? 0;
    case "constant":
      return layout.constants.get(source.key)?.address ?? 0;
    case "temporary":
      return layout.temporaries[kernel]?.[source.number] ?? 0;
  }
}

function allocateMemory(pages: number, isShared: boolean): WasmMemory {
  const bytes = pages * PAGE_BYTES;
  if (bytes > MOST_BYTES) throw new OnusError("ENGINE_MEMORY", { bytes });
  try {
    return new webAssembly.Memory(
      isShared ? { initial: pages, maximum: pages, shared: true } : { initial: pages },
    );
  } catch {
    throw new OnusError("ENGINE_MEMORY", { bytes });
  }
}

function fillConstants(
  memory: WasmMemory,
  layout: Layout,
  weights: readonly TensorData[],
  inputs: number,
): void {
  new Float64Array(memory.buffer, layout.tables.erf, ERF_TABLE.length).set(ERF_TABLE);
  new Float64Array(memory.buffer, layout.tables.reduction, REDUCTION.length).set(REDUCTION);
  const copy = (data: TensorData, address: number) =>
    new Uint8Array(memory.buffer, address, data.byteLength).set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  for (const { address, data } of layout.constants.values()) copy(data, address);
  weights.forEach((data, number) => {
    const address = layout.tensors[inputs + number];
    if (address !== undefined) copy(data, address);
  });
}

function viewOf(
  memory: WasmMemory,
  { dtype, count, address }: { dtype: Dtype; count: number; address: number },
): TensorData {
  const { buffer } = memory;
  switch (dtype) {
    case "f32":
      return new Float32Array(buffer, address, count);
    case "i32":
      return new Int32Array(buffer, address, count);
    case "u8":
      return new Uint8Array(buffer, address, count);
    case "i8":
      return new Int8Array(buffer, address, count);
  }
}
