/** Words of the control block that threads share, and how many bytes it takes for so many threads. */
export const CONTROL = { claim: 0, done: 1, wake: 2, sleepers: 3, stop: 4, requests: 8 } as const;
/** Of a thread's request for an exact result: its state (0 idle, 1 asked, 2 answered), the function, the bits. */
export const REQUEST_WORDS = 4;
export const controlBytes = (threads: number): number => 4 * (CONTROL.requests + REQUEST_WORDS * threads);

/** A claim is the number of a stage and of its next chunk that nobody has: one word, so that taking it is one exchange. */
export const CHUNK_BITS = 12;

/** What a thread gets to know: `number` is its own, 0 being the caller's. */
export type ThreadData = {
  readonly number: number;
  readonly module: unknown;
  readonly memory: { readonly buffer: ArrayBufferLike };
  readonly control: number;
  readonly scratch: number;
  readonly stages: readonly StageRange[];
};

/** Chunk c of a stage is the units from c · size up to the next chunk or the last unit. */
export type StageRange = {
  readonly name: string;
  readonly units: number;
  readonly chunk: number;
  readonly chunks: number;
};

/**
 * The script of a thread, with its ThreadData in `data`: it takes chunks as long as there are any, looks again for a
 * moment, then sleeps. Plain JavaScript without imports, so that one text serves Node's workers and a browser's; what
 * doubles cannot decide (one call in a million) it asks the caller, who answers while waiting for it.
 */
export const THREAD_SOURCE = `
const { claim, done, wake, sleepers, stop, requests } = ${JSON.stringify(CONTROL)};
const words = new Int32Array(data.memory.buffer, data.control, ${CONTROL.requests} + ${REQUEST_WORDS} * (data.number + 1));
const request = requests + ${REQUEST_WORDS} * data.number;
const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);
const exact = (number, x) => {
  float[0] = x;
  words[request + 1] = number;
  words[request + 2] = bits[0];
  Atomics.store(words, request, 1);
  while (Atomics.load(words, request) !== 2);
  bits[0] = words[request + 2];
  Atomics.store(words, request, 0);
  return float[0];
};
const env = { memory: data.memory, scratch: data.scratch, exact };
const { exports } = new WebAssembly.Instance(data.module, { env });
const free = (word) => (word & ${(1 << CHUNK_BITS) - 1}) < data.stages[word >>> ${CHUNK_BITS}].chunks;
for (let idle = 0; Atomics.load(words, stop) === 0; ) {
  const word = Atomics.load(words, claim);
  if (free(word)) {
    idle = 0;
    if (Atomics.compareExchange(words, claim, word, word + 1) !== word) continue;
    const { name, units, chunk } = data.stages[word >>> ${CHUNK_BITS}];
    const from = (word & ${(1 << CHUNK_BITS) - 1}) * chunk;
    exports[name](from, Math.min(units, from + chunk));
    Atomics.add(words, done, 1);
  } else if (++idle > 20000) {
    idle = 0;
    Atomics.add(words, sleepers, 1);
    const before = Atomics.load(words, wake);
    if (!free(Atomics.load(words, claim)) && Atomics.load(words, stop) === 0) Atomics.wait(words, wake, before);
    Atomics.sub(words, sleepers, 1);
  }
}
`;
