import { Worker } from "node:worker_threads";

import type { Job, JobDone, WorkerData } from "./worker.js";

/** What waits for a run, the most urgent first: a clock that convicts, a request, somebody who looks. */
export const URGENCIES = ["clock", "request", "courtesy"] as const;
export type Urgency = (typeof URGENCIES)[number];

/** A run of a model as it is wanted. */
export type RunRequest = Omit<Job, "id"> & { readonly urgency: Urgency };

export type Ran = Extract<JobDone, { readonly tensors: unknown }>;

/** Runs models in threads of their own, so that whoever asks over HTTP is answered meanwhile. */
export interface Runner {
  /** The most urgent ones that wait come first. */
  run(request: RunRequest): Promise<Ran>;
  close(): Promise<void>;
}

type Task = {
  readonly job: Job;
  readonly urgency: Urgency;
  resolve(ran: Ran): void;
  reject(error: Error): void;
};

/** The file itself: run by Node where it is compiled, by tsx in a checkout. */
const isSource = import.meta.url.endsWith(".ts");
const ENTRY = new URL(isSource ? "./worker.ts" : "./worker.js", import.meta.url);

/** @param given.artifacts `.onus` files; requests name them by their index */
export function openRunner(given: {
  readonly artifacts: readonly Uint8Array[];
  readonly workers: number;
}): Runner {
  const waiting: Task[] = [];
  const seats: { worker?: Worker; task?: Task }[] = Array.from({ length: given.workers }, () => ({}));
  let isClosed = false;
  let nextId = 0;

  const startWorker = (seat: (typeof seats)[number]): Worker => {
    const workerData: WorkerData = { artifacts: given.artifacts };
    const worker = new Worker(ENTRY, { workerData, execArgv: isSource ? ["--import", "tsx"] : [] });
    worker.unref();
    worker.on("message", (done: JobDone) => {
      const { task } = seat;
      delete seat.task;
      if ("error" in done) task?.reject(new Error(done.error));
      else task?.resolve(done);
      next();
    });
    // Out of memory, most likely: the run fails, and the next one gets a thread of its own.
    worker.on("error", (error) => {
      const { task } = seat;
      delete seat.task;
      delete seat.worker;
      task?.reject(error as Error);
      next();
    });
    return worker;
  };
  const next = (): void => {
    for (const seat of seats) {
      if (seat.task !== undefined || isClosed) continue;
      const task = waiting.shift();
      if (task === undefined) return;
      seat.task = task;
      seat.worker ??= startWorker(seat);
      seat.worker.postMessage(task.job);
    }
  };

  return {
    run: ({ urgency, ...wanted }) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error("the runner is closed"));
        const rank = URGENCIES.indexOf(urgency);
        const later = waiting.findIndex((task) => URGENCIES.indexOf(task.urgency) > rank);
        const task: Task = { job: { ...wanted, id: nextId++ }, urgency, resolve, reject };
        waiting.splice(later < 0 ? waiting.length : later, 0, task);
        next();
      }),
    close: async () => {
      isClosed = true;
      const stopped = new Error("the runner is closed");
      for (const { reject } of waiting.splice(0)) reject(stopped);
      for (const { task } of seats) task?.reject(stopped);
      for (const { worker } of seats) await worker?.terminate();
    },
  };
}
