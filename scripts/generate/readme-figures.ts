import { readFileSync, writeFileSync } from "node:fs";

import { readSnapshot } from "../check/gas-snapshot.js";
import type { Generator } from "./generators.js";

const FIGURES = /(<!-- figures: .*? -->\n)[\s\S]*?(<!-- \/figures -->)/;

/** What the table says, and the name under which the tests recorded it. */
const ROWS = [
  ["publish a model", "publish"],
  ["register an operator (its deposit comes on top)", "register an operator"],
  ["submit a claim of 1 record", "submit, 1 record"],
  ["submit a claim of 1,000 records", "submit, 1,000 records"],
  ["finalize a claim", "finalize"],
  ["convict: elementwise kernel, three operands", "convict, elementwise, three loads"],
  ["convict: int8 dot product, K = 2,048", "convict, i8 dot K = 2048"],
  ["convict: 3×3 convolution over 64 channels", "convict, convolution 3×3×64"],
  ["convict: f32 dot product, K = 512", "convict, f32 dot K = 512, ordinary values"],
  ["the same, at the dearest finite values", "convict, f32 dot K = 512, dearest finite values"],
  ["convict: f32 dot product, K = 2,048", "convict, f32 dot K = 2048, ordinary values"],
  ["the same, at the dearest finite values", "convict, f32 dot K = 2048, dearest finite values"],
] as const;

/** The README's gas table, from the figures the tests recorded. */
export const generator: Generator = {
  name: "readme-figures",
  outputs: ["README.md"],
  run: () => {
    const snapshot: Readonly<Record<string, number>> = readSnapshot();
    const rows = ROWS.map(([label, name]) => {
      const gas = snapshot[name];
      if (gas === undefined)
        throw new Error(`gas-snapshot.json has no "${name}"; run UPDATE_SNAPSHOT=1 npm test`);
      return `| ${label} | ${gas.toLocaleString("en")} |`;
    });
    const table = ["| action | gas, everything included |", "|---|---|", ...rows, ""].join("\n");
    const readme = readFileSync("README.md", "utf8").replace(
      FIGURES,
      (_, open: string, close: string) => open + table + close,
    );
    writeFileSync("README.md", readme);
    return Promise.resolve();
  },
};
