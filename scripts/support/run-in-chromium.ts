import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, normalize, sep } from "node:path";

import { build } from "esbuild";

import { hasAnvil } from "../../test/support/anvil.js";
import type { BrowserResult } from "../../test/browser/bit-identity.js";
import { startSdkScene } from "./sdk-scene.js";

const root = join(import.meta.dirname, "..", "..");
export const CHROMIUM = process.env["CHROMIUM"] ?? "chromium";
const PATIENCE_MS = 300_000;

const pageAt = (rpc: string | undefined): string => `<!doctype html>
<script type="importmap">{ "imports": { "@noble/hashes/": "/node_modules/@noble/hashes/" } }</script>
<script type="module">
  const post = (path, body) => fetch(path, { method: "POST", body: JSON.stringify(body) });
  try {
    const { runAll } = await import("/test/browser/bit-identity.js");
    await runAll((result) => post("/result", result));
    const rpc = ${JSON.stringify(rpc ?? null)};
    if (rpc !== null) {
      const { checkClaim } = await import("/sdk.js");
      await post("/result", await checkClaim(rpc));
    }
  } catch (error) {
    await post("/result", { name: "the page", cases: 1, wrong: [String(error)] });
  }
  await post("/done", {});
</script>`;

/** The JavaScript of a path below the checkout: a source file without its types, or a package's file. */
function script(path: string): string | undefined {
  const file = join(root, normalize(path));
  if (!file.startsWith(root + sep)) return undefined;
  const isPackage = path.startsWith("/node_modules/");
  try {
    const text = readFileSync(isPackage ? file : file.replace(/\.js$/, ".ts"), "utf8");
    if (isPackage) return text;
    return stripTypeScriptTypes(text);
  } catch {
    return undefined;
  }
}

/**
 * Runs the engine's bit-identity tests and the SDK's example in a page of headless Chromium. The engine's files are served as
 * they are, types taken out one by one, so that nothing but the browser lies between the source and the test; the SDK
 * comes as one bundle, as pages have it.
 *
 * @returns why it broke off, if it did
 */
export async function runInChromium(tell: (result: BrowserResult) => void): Promise<string | undefined> {
  const scene = hasAnvil ? await startSdkScene() : undefined;
  if (scene === undefined) console.log("left out: the SDK in a page, because anvil is not installed");
  const { outputFiles } = await build({
    ...{ entryPoints: [join(root, "test", "browser", "sdk.ts")], bundle: true, format: "esm" },
    ...{ platform: "browser", write: false, logLevel: "error" },
  });
  const sdk = outputFiles[0]?.text;
  const page = pageAt(scene?.url);

  const profile = mkdtempSync(join(tmpdir(), "onus-chromium-"));

  const failed = await new Promise<string | undefined>((resolve) => {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://localhost").pathname;
      // Memory is shared only on pages that are isolated from other origins.
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
      if (request.method === "POST") {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
          response.end();
          if (path === "/done") finish(undefined);
          else {
            const result = JSON.parse(body) as BrowserResult;
            tell(result);
          }
        });
        return;
      }
      const handedOver = path.startsWith("/files/") ? scene?.files[path.slice("/files/".length)] : undefined;
      const text = path === "/" ? page : path === "/sdk.js" ? sdk : (handedOver ?? script(path));
      response.setHeader("Content-Type", path === "/" ? "text/html" : "text/javascript");
      if (text === undefined && path !== "/favicon.ico")
        console.error(`onus: the page asks for ${path}, which there is not`);
      response.statusCode = text === undefined ? 404 : 200;
      response.end(text);
    });
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--user-data-dir=${profile}`,
      ];
      const browser = spawn(CHROMIUM, [...flags, `http://127.0.0.1:${port}/`], { stdio: "ignore" });
      browser.on("error", () =>
        finish(`${CHROMIUM} cannot be started; install Debian's chromium or set CHROMIUM`),
      );
      browser.on("exit", (code) => finish(`${CHROMIUM} ended with status ${code} before the tests did`));
      stop = () => browser.kill("SIGKILL");
    });
    const patience = setTimeout(() => finish(`no result within ${PATIENCE_MS / 1_000} s`), PATIENCE_MS);
    let stop = (): unknown => undefined;
    let isOver = false;
    function finish(reason: string | undefined): void {
      if (isOver) return;
      isOver = true;
      clearTimeout(patience);
      stop();
      server.close();
      server.closeAllConnections();
      resolve(reason);
    }
  });
  await scene?.stop();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });

  return failed;
}
