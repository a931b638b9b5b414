import { Worker } from "node:worker_threads";

import type { StartThread } from "../run/wasm/team.js";

/** A worker of Node. It does not keep the process alive. */
export const startNodeThread: StartThread = (source, data) => {
  const worker = new Worker(`const { workerData: data } = require("node:worker_threads");${source}`, {
    eval: true,
    workerData: data,
    // The flags of the process may name loaders that a script without imports has no use for.
    execArgv: [],
  });
  worker.unref();
  return { stop: () => void worker.terminate() };
};
