import { CHUNK_BITS, CONTROL, REQUEST_WORDS, THREAD_SOURCE, controlBytes } from "./thread-source.js";
import type { StageRange } from "./thread-source.js";
import type { WasmFunction, WasmMemory, WasmModule } from "./web-assembly.js";

/** Starts a thread that runs a script with the given value in its variable `data`. Workers are the platform's: an edge. */
export type StartThread = (source: string, data: unknown) => { readonly stop: () => void };

/** Threads besides the caller's own. */
export type Helpers = { readonly count: number; readonly startThread: StartThread };

/** Runs stages, alone or with helpers. */
export type Team = { run(stage: number): void; close(): void };

const MOST_CHUNKS = 2 ** CHUNK_BITS - 1;
/** Chunks of each thread: enough that the last ones end together. */
const CHUNKS_PER_THREAD = 6;
/** Vector instructions below which waking others takes longer than the work. */
const LEAST_WORK = 200_000;

/** How a stage is cut into chunks for so many threads. */
export function rangeOf(
  name: string,
  { units, grain, work }: { readonly units: number; readonly grain: number; readonly work: number },
  threads: number,
): StageRange {
  const parts = threads === 1 || work < LEAST_WORK ? 1 : Math.min(MOST_CHUNKS, CHUNKS_PER_THREAD * threads);
  const chunk = Math.ceil(Math.ceil(units / parts) / grain) * grain;
  return { name, units, chunk, chunks: Math.ceil(units / chunk) };
}

/** The caller's thread alone. */
export function soloTeam(
  stages: readonly StageRange[],
  exports: Readonly<Record<string, WasmFunction>>,
): Team {
  const functions = stages.map(({ name }) => exports[name] as WasmFunction);
  return {
    run: (stage) => (functions[stage] as WasmFunction)(0, (stages[stage] as StageRange).units),
    close: () => undefined,
  };
}

/** The caller and its helpers, who share the memory and take chunks of each stage until none is left. */
export function threadedTeam(args: {
  helpers: Helpers;
  module: WasmModule;
  memory: WasmMemory;
  /** Addresses of the control block and of each thread's scratch memory. */
  control: number;
  scratch: readonly number[];
  stages: readonly StageRange[];
  exports: Readonly<Record<string, WasmFunction>>;
  exact: (number: number, x: number) => number;
}): Team {
  const { helpers, module, memory, control, scratch, stages, exports, exact } = args;
  const words = new Int32Array(memory.buffer, control, controlBytes(helpers.count + 1) / 4);
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  let alone = helpers.count === 0;
  // Nothing to claim before the first stage: as many chunks of stage 0 are taken as there can be.
  Atomics.store(words, CONTROL.claim, MOST_CHUNKS);
  const threads = Array.from({ length: helpers.count }, (_, number) =>
    helpers.startThread(THREAD_SOURCE, {
      number: number + 1,
      module,
      memory,
      control,
      scratch: scratch[number + 1],
      stages,
    }),
  );

  const wake = (): void => {
    Atomics.add(words, CONTROL.wake, 1);
    Atomics.notify(words, CONTROL.wake);
  };
  const answer = (): void => {
    for (let number = 1; number <= helpers.count; number++) {
      const at = CONTROL.requests + REQUEST_WORDS * number;
      if (Atomics.load(words, at) !== 1) continue;
      bits[0] = words[at + 2] as number;
      float[0] = exact(words[at + 1] as number, float[0] as number);
      words[at + 2] = bits[0] as number;
      Atomics.store(words, at, 2);
    }
  };

  return {
    run(stage) {
      const { name, units, chunk, chunks } = stages[stage] as StageRange;
      const compute = exports[name] as WasmFunction;
      if (alone || chunks === 1) {
        compute(0, units);
        return;
      }
      Atomics.store(words, CONTROL.done, 0);
      Atomics.store(words, CONTROL.claim, stage << CHUNK_BITS);
      if (Atomics.load(words, CONTROL.sleepers) > 0) wake();
      for (;;) {
        const word = Atomics.load(words, CONTROL.claim);
        const number = word & MOST_CHUNKS;
        if (number >= chunks) break;
        if (Atomics.compareExchange(words, CONTROL.claim, word, word + 1) !== word) continue;
        compute(number * chunk, Math.min(units, (number + 1) * chunk));
        Atomics.add(words, CONTROL.done, 1);
        answer();
      }
      while (Atomics.load(words, CONTROL.done) < chunks) answer();
    },
    close() {
      alone = true;
      Atomics.store(words, CONTROL.stop, 1);
      wake();
      for (const thread of threads) thread.stop();
    },
  };
}
