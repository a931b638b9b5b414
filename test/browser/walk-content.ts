/** What the pages say, against the chain and the shelf: each of these would fail if a page said something else. */
import type { Browser, Page } from "playwright-core";

import type { Local } from "../../scripts/explorer/open-local.js";
import type { Claimed } from "../../scripts/explorer/shelf.js";
import { receiptHash } from "../../src/claim/receipt.js";
import { recordHash } from "../../src/claim/record.js";
import { encodeReceiptFile } from "../../src/store/receipt-file.js";
import type { BrowserResult } from "./bit-identity.js";
import { listen } from "./listen.js";

type Check = (page: Page, local: Local, wrong: string[]) => Promise<void>;

/** Longest wait for something to be on a page, in milliseconds: it looks every few seconds. */
const LONGEST = 30_000;

const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ["taint reaches children and grandchildren, as on chain, and nobody it was not pushed to", showsTaint],
  ["a parent elsewhere is shown and leads nowhere", showsElsewhere],
  ["standing and exposure of an operator are drawn as noted", drawsOperator],
  ["what happens on chain appears on the overview without reload", isLive],
  ["two versions of one model stand side by side", comparesVersions],
  ["addresses, claims, models, records and names are found", finds],
  ["a dropped receipt leads to its page", takesReceipts],
  ["a false record differs when it is run again, and it is said where", differs],
];

export async function walkContent(
  browser: Browser,
  local: Local,
  report: (result: BrowserResult) => void,
): Promise<void> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  for (const [name, check] of CHECKS) {
    const page = await context.newPage();
    page.setDefaultTimeout(LONGEST);
    const wrong = listen(page);
    await check(page, local, wrong).catch((error: unknown) => wrong.push(String(error).slice(0, 400)));
    report({ name: `explorer: ${name}`, cases: 1, wrong });
    await page.close();
  }
  await context.close();
}

/** The family of the seeded lineage, by who was made from whom. */
function familyOf({ shelf }: Local) {
  const claims = [...shelf.claims.values()];
  const isFrom = (one: Claimed, parent: Claimed): boolean =>
    one.parents.flat().some(({ claimId, book }) => claimId === parent.id && book.chainId !== 1n);
  const wrong = claims.find((one) => one.parents.flat().length > 0 && claims.some((kid) => isFrom(kid, one)));
  if (wrong === undefined) throw new Error("there is no lineage on this chain");
  const children = claims.filter((one) => isFrom(one, wrong));
  const grandchildren = claims.filter((one) => children.some((child) => isFrom(one, child)));
  const isFar = (one: Claimed): boolean => one.parents.flat().some(({ book }) => book.chainId === 1n);
  return {
    ...{ wrong, children, source: claims.find((one) => isFrom(wrong, one)) as Claimed },
    far: grandchildren.find(isFar) as Claimed,
    grandchildren: grandchildren.filter((one) => !isFar(one)),
  };
}

const lineageOf = ({ id }: Claimed): string => `/claims/${id}/records/0/lineage`;

async function showsTaint(page: Page, local: Local, wrong: string[]): Promise<void> {
  const family = familyOf(local);
  await page.goto(local.url + lineageOf(family.wrong));
  const expected = [
    ...[family.wrong, ...family.children, ...family.grandchildren].map((one) => [one, true] as const),
    ...[family.source, family.far].map((one) => [one, false] as const),
  ];
  if (family.children.length !== 2 || family.grandchildren.length !== 1)
    wrong.push(`there are ${family.children.length} children, ${family.grandchildren.length} grandchildren`);
  for (const [one, isTainted] of expected) {
    const node = page.locator("li.node", { has: page.locator(`a[href="${lineageOf(one)}"]`) });
    const said = await node.innerText();
    if (said.includes("TAINTED") !== isTainted)
      wrong.push(`${one.id} says ${JSON.stringify(said)}; tainted: ${isTainted}`);
    const { stated } = await local.ground.as(0).lineage.taintOf({ claimId: one.id, recordIndex: 0 });
    const onChain = Number(stated.status) === 1;
    if (onChain !== isTainted) wrong.push(`on chain, taint of ${one.id} is ${onChain}`);
  }
  const far = page.locator("li.node", { has: page.locator(`a[href="${lineageOf(family.far)}"]`) });
  if (!(await far.innerText()).includes("not pushed yet"))
    wrong.push("nobody is told that taint may be pushed on");
}

async function showsElsewhere(page: Page, local: Local, wrong: string[]): Promise<void> {
  const { far, source } = familyOf(local);
  await page.goto(local.url + lineageOf(far));
  const node = page.locator("li.node.elsewhere");
  const said = await node.innerText();
  // It bears the id of a claim of this chain, and record 3 of chain 1 is not that one.
  for (const part of [source.id.slice(0, 6), "record 3", "chain 1", "never trusted"])
    if (!said.includes(part))
      wrong.push(`the parent elsewhere says ${JSON.stringify(said)}, without ${part}`);
  if ((await node.locator("a").count()) > 0)
    wrong.push("the parent elsewhere is a link into this deployment");
  const row = await page.getByRole("region", { name: "Foreign parents" }).innerText();
  if (!/0x0000…00AA/i.test(row)) wrong.push(`the claim book is not named: ${row}`);
}

async function drawsOperator(page: Page, local: Local, wrong: string[]): Promise<void> {
  const { operator } = familyOf(local).wrong.claim;
  await page.goto(`${local.url}/operators/${operator}`);
  const series = (await (await fetch(`${local.url}/v1/operators/${operator}/series`)).json()) as {
    readonly standing: readonly unknown[];
    readonly exposure: readonly unknown[];
  };
  for (const [title, points, least] of [
    ["Standing over time", series.standing, 12],
    ["Exposure against stake", series.exposure, 4],
  ] as const) {
    const section = page.locator("section", { has: page.getByRole("heading", { name: title }) });
    await section.locator("svg path").first().waitFor({ state: "attached" });
    const paths = await section.locator("svg path").evaluateAll((all) =>
      all.map((one) => ({
        corners: (one.getAttribute("d") ?? "").split(/[LC]/).length,
        height: one.getBoundingClientRect().height,
      })),
    );
    if (!paths.some(({ corners, height }) => corners > least && height > 20))
      wrong.push(`${title}: no line has more than ${least} corners: ${JSON.stringify(paths)}`);
    await section.locator("summary").click();
    const rows = await section.locator("tbody tr").count();
    if (rows === 0 || rows !== points.length) wrong.push(`${title}: ${rows} rows of ${points.length} points`);
  }
}

async function isLive(page: Page, local: Local, wrong: string[]): Promise<void> {
  await page.goto(local.url);
  await page.getByRole("list", { name: "What happened last" }).waitFor();
  await page.evaluate("window.isSamePage = true");
  const before = new Set(local.shelf.claims.keys());
  await local.happen();
  const [fresh] = [...local.shelf.claims.keys()].filter((id) => !before.has(id));
  for (const where of [
    page.getByRole("list", { name: "What happened last" }).locator(`a[href="/claims/${fresh}"]`),
    page.getByRole("region", { name: "Newest claims" }).locator(`a[href="/claims/${fresh}"]`),
  ])
    await where.first().waitFor();
  if ((await page.evaluate("window.isSamePage")) !== true) wrong.push("the page was loaded again");
}

async function comparesVersions(page: Page, local: Local, wrong: string[]): Promise<void> {
  const models = [...local.shelf.models.values()];
  const later = models.find(({ identity }) => models.some(({ id }) => id === identity.superseded));
  const earlier = models.find(({ id }) => id === later?.identity.superseded);
  await page.goto(`${local.url}/compare?models=${earlier?.id},${later?.id}`);
  const table = page.getByRole("region", { name: "Models side by side" });
  await table.locator("thead a").nth(1).waitFor();
  const names = (await table.locator("thead a").allInnerTexts()).join();
  if (names !== `${earlier?.name},${later?.name}`) wrong.push(`side by side are ${names}`);
  const rowOf = async (name: string): Promise<readonly string[]> =>
    table
      .getByRole("row", { name: new RegExp(`^${name} `) })
      .locator("td")
      .allInnerTexts();
  const versions = await rowOf("version");
  if (!versions[0]?.startsWith("1, superseded") || !versions[1]?.startsWith("2"))
    wrong.push(`versions are ${versions.join(" | ")}`);
  const artifacts = await rowOf("artifact");
  if (artifacts.length !== 2 || artifacts[0] === artifacts[1])
    wrong.push(`artifacts are ${artifacts.join(" | ")}`);
}

async function finds(page: Page, local: Local, wrong: string[]): Promise<void> {
  const claimed = familyOf(local).source;
  const { claim, model, records } = claimed;
  for (const [query, href] of [
    [claim.operator, `/operators/${claim.operator}`],
    [claimed.id, `/claims/${claimed.id}`],
    [claimed.id.slice(0, 10), `/claims/${claimed.id}`],
    [model.id, `/models/${model.id}`],
    [model.committed.id, `/models/${model.id}`],
    [recordHash(records.records[0] as never), `/claims/${claimed.id}/records/0/check`],
    [model.name, `/models/${model.id}`],
  ] as const) {
    await page.goto(local.url);
    const box = page.getByRole("searchbox", { name: "Search by hash, address or name" });
    await box.fill(query);
    await box.press("Enter");
    const hit = page.locator(".hits").locator(`a[href="${href}"]`).first();
    await hit.waitFor({ timeout: 10_000 }).catch(() => wrong.push(`${query} does not lead to ${href}`));
  }
}

async function takesReceipts(page: Page, local: Local, wrong: string[]): Promise<void> {
  const [signed] = local.shelf.receipts;
  if (signed === undefined) throw new Error("nobody presented a receipt");
  const path = `/receipts/${receiptHash(signed.receipt, signed.court)}`;
  await page.goto(`${local.url}/search`);
  const buffer = Buffer.from(encodeReceiptFile(signed));
  await page
    .getByLabel("output, receipt or claim file")
    .setInputFiles({ name: "receipt.json", mimeType: "application/json", buffer });
  await page.locator(`a[href="${path}"]`).first().click();
  await page.getByText("What was promised").waitFor();
  if (new URL(page.url()).pathname !== path) wrong.push(`the receipt led to ${page.url()}`);
  if ((await page.getByText("BROKEN").count()) === 0) wrong.push("nobody is told that it is broken");
}

async function differs(page: Page, local: Local, wrong: string[]): Promise<void> {
  const { wrong: liar } = familyOf(local);
  await page.goto(`${local.url}/claims/${liar.id}/records/0/check`);
  await page.getByRole("button", { name: "Run it" }).click();
  const verdict = page.locator("[data-verdict]");
  await verdict.waitFor();
  const said = await page.locator(".outcome").innerText();
  if ((await verdict.getAttribute("data-verdict")) !== "differs") wrong.push(`a false record: ${said}`);
  if (!said.includes("element 9 of kernel 4")) wrong.push(`it is not said where it differs: ${said}`);
}
