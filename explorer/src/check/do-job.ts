import type { Job, Progress, Reply, Result } from "./jobs.ts";

/** Does a job in a worker of its own, which ends with it. Rejects with what the worker said. */
export function doJob<Kind extends Job["kind"]>(
  job: Extract<Job, { kind: Kind }>,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: Progress) => void } = {},
): Promise<Result[Kind]> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  return new Promise<Result[Kind]>((resolve, reject) => {
    options.signal?.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
    worker.onerror = ({ message }) =>
      reject(new Error(message === "" ? "the worker could not start" : message));
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if ("progress" in data) options.onProgress?.(data.progress);
      else if ("failed" in data) reject(new Error(`${data.failed.code}: ${data.failed.message}`));
      else resolve(data.done as Result[Kind]);
    };
    worker.postMessage(job);
  }).finally(() => worker.terminate());
}
