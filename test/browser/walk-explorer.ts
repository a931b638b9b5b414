import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { Browser, Page } from "playwright-core";

import type { Local } from "../../scripts/explorer/open-local.js";
import type { ClaimDetail, ClaimPage, Page as ApiPage, SessionSummary } from "../../src/audit/api-types.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import type { BrowserResult } from "./bit-identity.js";
import { listen } from "./listen.js";
import { walkContent } from "./walk-content.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Axe = {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
};

/** A page, and a sentence that stands on it once it is drawn. */
export type Stop = { readonly name: string; readonly path: string; readonly shows: string };

/** Every kind of page, on something of the seeded chain that has much to show. */
export async function stopsOf({ url, shelf }: Local): Promise<readonly Stop[]> {
  const ask = async <Value>(path: string): Promise<Value> =>
    (await (await fetch(url + path)).json()) as Value;
  const fallen = (await ask<ClaimPage>("/v1/claims?phase=FAULTED&fault=Element&limit=50")).items;
  const details = await Promise.all(fallen.map(({ id }) => ask<ClaimDetail>(`/v1/claims/${id}`)));
  const searched = details.find(({ sessions }) => sessions.length > 0);
  const plain = details.find(({ sessions }) => sessions.length === 0);
  const { items: sessions } = await ask<ApiPage<SessionSummary>>("/v1/sessions?limit=50");
  const silent = sessions.find((session) => session.silent) ?? sessions[0];
  const claims = [...shelf.claims.values()];
  const ancestor = claims.find(
    ({ parents, id }) => parents.flat().length > 0 && fallen.some((one) => one.id === id),
  );
  const far = claims.find(({ parents }) => parents.flat().some(({ book }) => book.chainId === 1n));
  const classifier = [...shelf.models.values()][0];
  const read = claims.find(({ model, isShown }) => model === classifier && isShown);
  const several = claims.find(({ claim, isShown }) => isShown && claim.n > 8);
  const { items: receipts } = await ask<ApiPage<{ hash: string }>>("/v1/receipts?limit=1");
  const { items: operators } = await ask<ApiPage<{ address: string }>>("/v1/operators?limit=50");
  const [first, second, third] = operators.map(({ address }) => address);
  const models = [...shelf.models.keys()];
  return [
    { name: "overview", path: "/", shows: "Newest claims" },
    { name: "claims", path: "/claims?phase=FAULTED", shows: "FAULTED" },
    { name: "claim", path: `/claims/${searched?.id}`, shows: "Phases and clocks" },
    { name: "claim with records", path: `/claims/${several?.id}`, shows: "look closer" },
    { name: "replay", path: `/claims/${plain?.id}/replay`, shows: "Next" },
    { name: "replay of a search", path: `/claims/${searched?.id}/replay`, shows: "Next" },
    { name: "session", path: `/sessions/${silent?.id}`, shows: "Questions" },
    { name: "receipt", path: `/receipts/${receipts[0]?.hash}`, shows: "What was promised" },
    { name: "operators", path: "/operators", shows: "exposure" },
    { name: "operator", path: `/operators/${plain?.operator}`, shows: "Standing over time" },
    { name: "models", path: "/models", shows: "fault rate" },
    { name: "model", path: `/models/${models[1]}`, shows: "kernels, 3 weight tensors" },
    {
      name: "compare",
      path: `/compare?operators=${first},${second},${third}&models=${models[1]},${models[3]}`,
      shows: "weight tensors",
    },
    { name: "lineage", path: `/claims/${ancestor?.id}/records/0/lineage`, shows: "taint went along here" },
    {
      ...{ name: "lineage from elsewhere", path: `/claims/${far?.id}/records/0/lineage` },
      shows: "Parents in other deployments",
    },
    { name: "search", path: `/search?q=${plain?.operator}`, shows: "operator" },
    { name: "check", path: `/claims/${read?.id}/records/0/check`, shows: "Nothing was run yet" },
    { name: "nothing", path: "/nowhere", shows: "no such page" },
  ];
}

export async function visit(page: Page, base: string, { path, shows }: Stop): Promise<void> {
  await page.goto(base + path, { waitUntil: "load" });
  await page.getByText(shows).first().waitFor({ state: "attached", timeout: 20_000 });
  await page.evaluate("document.fonts.ready.then(() => true)");
}

/** Walks every page in both colours and at the width of a phone, and runs a record again on the way. */
export async function walkExplorer(
  browser: Browser,
  local: Local,
  report: (result: BrowserResult) => void,
): Promise<void> {
  const stops = await stopsOf(local);
  for (const [name, colorScheme, width] of [
    ["light", "light", 1_280],
    ["dark", "dark", 1_280],
    ["phone", "light", 390],
  ] as const) {
    const context = await browser.newContext({
      colorScheme,
      viewport: { width, height: 900 },
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    for (const stop of stops) {
      const wrong = listen(page);
      await visit(page, local.url, stop).catch((error: unknown) => wrong.push(String(error)));
      wrong.push(...(await violationsOn(page)));
      const excess = await page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
      if (excess > 0) wrong.push(`it is ${excess} pixels wider than the window`);
      report({ name: `explorer, ${name}: ${stop.name}`, cases: 1, wrong });
      page.removeAllListeners();
    }
    await context.close();
  }
  const context = await browser.newContext();
  report(await checkInBrowser(await context.newPage(), local, stops));
  report(await replayInBrowser(await context.newPage(), local, stops));
  report(await dropInBrowser(await context.newPage(), local));
  report(await walkByKeyboard(await context.newPage(), local));
  await context.close();
  await walkContent(browser, local, report);
}

export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<Axe>("axe.run()");
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 3)
      .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`),
  );
}

async function checkInBrowser(page: Page, local: Local, stops: readonly Stop[]): Promise<BrowserResult> {
  const wrong = listen(page);
  await visit(page, local.url, stops.find(({ name }) => name === "check") as Stop);
  await page.getByRole("button", { name: "Run it" }).click();
  const verdict = page.locator("[data-verdict]");
  await verdict.waitFor({ timeout: 120_000 }).catch((error: unknown) => wrong.push(String(error)));
  const said = await verdict.getAttribute("data-verdict").catch(() => undefined);
  if (said !== "agrees") wrong.push(`the verdict is ${said}: ${await page.locator(".outcome").innerText()}`);
  return { name: "explorer: a run of the classifier in the browser agrees with the chain", cases: 1, wrong };
}

async function replayInBrowser(page: Page, local: Local, stops: readonly Stop[]): Promise<BrowserResult> {
  const wrong = listen(page);
  for (const stop of stops.filter(({ name }) => name.startsWith("replay"))) {
    await visit(page, local.url, stop);
    const next = page.getByRole("button", { name: "Next" });
    for (let steps = 0; steps < 200 && (await next.isEnabled()); steps++) await next.click();
    const values = await page.locator(".verdicts code").allInnerTexts();
    if (values.length !== 2 || values[0] === values[1])
      wrong.push(`${stop.path} ends with [${values.join(", ")}]`);
    if (
      (await page
        .getByRole("region", { name: /^Operands of / })
        .locator("tbody td")
        .count()) === 0
    )
      wrong.push(`${stop.path} shows no operands`);
  }
  return { name: "explorer: replays end at the element, with its operands and both values", cases: 2, wrong };
}

async function dropInBrowser(page: Page, local: Local): Promise<BrowserResult> {
  const wrong = listen(page);
  const claimed = [...local.shelf.claims.values()].find(({ isShown }) => isShown);
  const source = claimed?.traces[0]?.tensor("output", 0)?.source;
  await page.goto(`${local.url}/search`);
  const buffer = Buffer.from(bytesOfTensor(source ?? new Uint8Array(1)));
  await page
    .getByLabel("output, receipt or claim file")
    .setInputFiles({ name: "output.bin", mimeType: "application/octet-stream", buffer });
  const link = page.locator(`a[href="/claims/${claimed?.id}"]`).first();
  await link.waitFor({ timeout: 20_000 }).catch((error: unknown) => wrong.push(String(error)));
  return { name: "explorer: a dropped output file leads to its claim", cases: 1, wrong };
}

async function walkByKeyboard(page: Page, local: Local): Promise<BrowserResult> {
  const wrong = listen(page);
  await page.goto(local.url);
  await page.getByText("Newest claims").first().waitFor();
  const focused = (): Promise<string> => page.evaluate("document.activeElement.textContent");
  await page.keyboard.press("Tab");
  if ((await focused()) !== "Skip to content") wrong.push(`the first stop is ${await focused()}`);
  await page.keyboard.press("Enter");
  if ((await page.evaluate("document.activeElement.id")) !== "main")
    wrong.push("the skip link does not lead to the content");
  for (let stops = 0; stops < 30; stops++) {
    await page.keyboard.press("Tab");
    const outline = await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle");
    const isSeen =
      outline !== "none" || (await page.evaluate<boolean>("document.activeElement === document.body"));
    if (!isSeen) wrong.push(`no focus is seen on ${await focused()}`);
  }
  return { name: "explorer: the keyboard reaches the content, and focus is seen", cases: 30, wrong };
}
