/**
 * Pictures of every page, for people to look at: `npx tsx scripts/explorer/take-pictures.ts DIRECTORY [--whole] [NAME…]`;
 * `--whole` pages are as long as they are, others end where the window does.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { stopsOf, visit } from "../../test/browser/walk-explorer.js";
import { buildPages } from "./build-pages.js";
import { openBrowser } from "./open-browser.js";
import { openLocal } from "./open-local.js";

const [directory = ".", ...rest] = process.argv.slice(2);
const fullPage = rest.includes("--whole");
const names = rest.filter((name) => name !== "--whole");
mkdirSync(directory, { recursive: true });
const say = (text: string): void => console.error(text);
await buildPages(say);
const browser = await openBrowser();
if (browser === undefined) throw new Error("there is no Chromium");
const local = await openLocal({ port: 0, say });
const stops = (await stopsOf(local)).filter(({ name }) => names.length === 0 || names.includes(name));
for (const [look, colorScheme, width] of [
  ["light", "light", 1_280],
  ["dark", "dark", 1_280],
  ["phone", "light", 390],
  ["phone-dark", "dark", 390],
] as const) {
  const viewport = { width, height: width === 390 ? 844 : 840 };
  const context = await browser.newContext({ colorScheme, viewport, reducedMotion: "reduce" });
  const page = await context.newPage();
  for (const stop of stops) {
    await visit(page, local.url, stop).catch((error: unknown) => say(`${stop.name}: ${String(error)}`));
    if (stop.name.startsWith("replay"))
      await page
        .getByRole("slider")
        .fill("99")
        .catch(() => undefined);
    if (stop.name === "check") {
      await page.getByRole("button", { name: "Run it" }).click();
      await page
        .locator("[data-verdict]")
        .waitFor({ timeout: 60_000 })
        .catch(() => undefined);
    }
    await page.waitForTimeout(400);
    await page.screenshot({
      ...{ fullPage, path: join(directory, `explorer-${stop.name.replaceAll(" ", "-")}-${look}.png`) },
    });
  }
  await context.close();
}
await browser.close();
await local.stop();
