import { spawnSync } from "node:child_process";

import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const CHROMIUM = process.env["CHROMIUM"] ?? "chromium";

/** The system's Chromium; undefined where there is none. */
export async function openBrowser(): Promise<Browser | undefined> {
  const found = spawnSync("which", [CHROMIUM], { encoding: "utf8" });
  if (found.status !== 0) return undefined;
  return chromium.launch({
    executablePath: found.stdout.trim(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
}
