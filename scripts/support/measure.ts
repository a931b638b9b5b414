import { setTimeout } from "node:timers/promises";

/** Threads of onnxruntime look for work about 40 ms after a run, and would slow whoever runs next. */
export const QUIET_MS = 60;
/** Of consecutive runs, which hide what a single one has to do with caches and timers. */
const SAMPLE_MS = 25;

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** The sample below which so much of all lie. */
export function quantile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] as number;
}

/**
 * Milliseconds of one run: waits until nobody else's threads spin, runs once so that one's own are awake (a parked
 * virtual processor takes milliseconds), then measures consecutive runs. The same for whoever is measured.
 */
export async function sampleRun(work: () => unknown): Promise<number> {
  await setTimeout(QUIET_MS);
  await work();
  const begin = performance.now();
  const samples: number[] = [];
  for (let last = begin; samples.length === 0 || last - begin < SAMPLE_MS;) {
    await work();
    const now = performance.now();
    samples.push(now - last);
    last = now;
  }
  return median(samples);
}

/** Milliseconds of this thread's processor for one of consecutive runs: what others do meanwhile does not count. */
export function sampleCpu(work: () => unknown): number {
  work();
  const before = cpuMs();
  const begin = performance.now();
  let runs = 0;
  do {
    work();
    runs++;
  } while (performance.now() - begin < SAMPLE_MS);
  return (cpuMs() - before) / runs;
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** A line of progress, for people. */
export const progress = (line: string): void => console.error(`onus: ${line}`);
