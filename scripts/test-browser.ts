/**
 * `npm run test:browser`: the engine's bit-identity tests in headless Chromium, then every page of the explorer on a seeded
 * chain (`-- explorer` or `-- engine`: one of the two). The engine's files are served as they are, types taken out one by
 * one, so that nothing but the browser lies between the source and the test.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, normalize, sep } from "node:path";

import type { BrowserResult } from "../test/browser/bit-identity.js";
import { walkExplorer } from "../test/browser/walk-explorer.js";
import { hasAnvil } from "../test/support/anvil.js";
import { buildPages } from "./explorer/build-pages.js";
import { openBrowser } from "./explorer/open-browser.js";
import { openLocal } from "./explorer/open-local.js";

const root = join(import.meta.dirname, "..");
const CHROMIUM = process.env["CHROMIUM"] ?? "chromium";
const PATIENCE_MS = 300_000;

const page = `<!doctype html>
<script type="importmap">{ "imports": { "@noble/hashes/": "/node_modules/@noble/hashes/" } }</script>
<script type="module">
  const post = (path, body) => fetch(path, { method: "POST", body: JSON.stringify(body) });
  try {
    const { runAll } = await import("/test/browser/bit-identity.js");
    await runAll((result) => post("/result", result));
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

const results: BrowserResult[] = [];
const profile = mkdtempSync(join(tmpdir(), "onus-chromium-"));

function tell(result: BrowserResult): void {
  results.push(result);
  const { name, cases, wrong } = result;
  console.log(wrong.length === 0 ? `✔ ${name} (${cases})` : `✗ ${name}: ${wrong.slice(0, 5).join(", ")}`);
}

const [only] = process.argv.slice(2);

const failed = await (only === "explorer" ? undefined : runEngine());
async function runEngine(): Promise<string | undefined> {
  return new Promise<string | undefined>((resolve) => {
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
      const text = path === "/" ? page : script(path);
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
}
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });

if (failed !== undefined) console.error(`onus: ${failed}`);
if (only !== "engine") await walkPages();

/** Skipped where it cannot be: the reason is printed. */
async function walkPages(): Promise<void> {
  if (!hasAnvil) return console.log("- explorer: skipped, there is no anvil for this system");
  const browser = await openBrowser();
  if (browser === undefined) return console.log(`- explorer: skipped, there is no ${CHROMIUM}`);
  const say = (text: string): void => console.error(`onus: ${text}`);
  try {
    await buildPages(say);
    const local = await openLocal({ port: 0, say });
    try {
      await walkExplorer(browser, local, tell);
    } finally {
      await local.stop();
    }
  } finally {
    await browser.close();
  }
}
const wrong = results.filter((result) => result.wrong.length > 0).length;
console.log(
  `${results.length - wrong} passing, ${wrong + (failed === undefined ? 0 : 1)} failing in Chromium`,
);
process.exitCode = failed === undefined && wrong === 0 && results.length > 0 ? 0 : 1;
