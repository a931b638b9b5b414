import type { StartThread } from "../run/wasm/team.js";

type BrowserWorker = { postMessage(data: unknown): void; terminate(): void };
const browser = globalThis as unknown as { readonly Worker: new (url: string) => BrowserWorker };

/** A worker of a browser. Sharing memory takes a page that is isolated from other origins (headers COOP and COEP). */
export const startBrowserThread: StartThread = (source, data) => {
  const script = new Blob([`onmessage = ({ data }) => {${source}};`], { type: "text/javascript" });
  const url = URL.createObjectURL(script);
  const worker = new browser.Worker(url);
  worker.postMessage(data);
  return {
    stop: () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
};
