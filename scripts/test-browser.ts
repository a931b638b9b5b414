/**
 * `npm run test:browser`: the engine's bit-identity tests and the SDK's example in headless Chromium, then every page of the
 * explorer on a seeded chain (`-- explorer` or `-- engine`: one of the two).
 */
import { existsSync } from "node:fs";

import { interruptExplorer } from "../test/browser/interrupt-explorer.js";
import { walkExplorer } from "../test/browser/walk-explorer.js";
import type { BrowserResult } from "../test/browser/bit-identity.js";
import { buildPages } from "./explorer/build-pages.js";
import { openBrowser } from "./explorer/open-browser.js";
import { openLocal } from "./explorer/open-local.js";
import { CHROMIUM, runInChromium } from "./support/run-in-chromium.js";

const results: BrowserResult[] = [];
function tell(result: BrowserResult): void {
  results.push(result);
  const { name, cases, wrong } = result;
  console.log(wrong.length === 0 ? `✔ ${name} (${cases})` : `✗ ${name}: ${wrong.slice(0, 5).join(", ")}`);
}

const [only] = process.argv.slice(2);
const failed = only === "explorer" ? undefined : await runInChromium(tell);
if (failed !== undefined) console.error(`onus: ${failed}`);
if (only !== "engine") await walkPages();

const wrong = results.filter((result) => result.wrong.length > 0).length;
console.log(
  `${results.length - wrong} passing, ${wrong + (failed === undefined ? 0 : 1)} failing in Chromium`,
);
process.exitCode = failed === undefined && wrong === 0 && results.length > 0 ? 0 : 1;

/** Skipped where it cannot be: the reason is printed. */
async function walkPages(): Promise<void> {
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
    if (existsSync("/proc")) await interruptExplorer(tell);
  } finally {
    await browser.close();
  }
}
