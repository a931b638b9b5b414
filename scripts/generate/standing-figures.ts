import { readFileSync, writeFileSync } from "node:fs";

import { readParameters } from "../../src/chain/parameters.js";
import { forgingCost } from "../../src/slash/forging-cost.js";
import type { Generator } from "./generators.js";

const PAGE = "docs/spec/standing.md";
/** Of the public deployments, which have it in common. */
const { halfLife } = readParameters("deploy/parameters/baseSepolia.json");
const HALF_LIFE_DAYS = Number(halfLife) / 86_400;

/** What a standing costs to forge, from the half-life of the public deployments. */
export const generator: Generator = {
  name: "standing-figures",
  outputs: [PAGE],
  run: () => {
    let page = readFileSync(PAGE, "utf8");
    for (const [name, table] of Object.entries({ forging: forgingTable(), keeping: keepingTable() })) {
      const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
      if (!place.test(page)) throw new Error(`${PAGE} has no place for ${name}`);
      page = page.replace(place, (_, open: string, close: string) => `${open}${table.join("\n")}\n${close}`);
    }
    writeFileSync(PAGE, page);
    return Promise.resolve();
  },
};

/** Ether × days. */
const STANDINGS = [1, 30, 365, 3_650, 36_500] as const;

function forgingTable(): string[] {
  const times = [2, 7, 30, 90, 180, 365, 730];
  return [
    `| standing, ether × days | ${times.map((days) => `in ${days} d`).join(" | ")} | locked for ever | cost at least |`,
    `|---|${times.map(() => "---").join("|")}|---|---|`,
    ...STANDINGS.map((standing) => {
      const { lockedFor, lockedForEver, cost } = forgingCost(standing, halfLife);
      const stakes = times.map((days) => ether(lockedFor(days)));
      return `| ${standing.toLocaleString("en")} | ${stakes.join(" | ")} | ${ether(lockedForEver)} | ${ether(cost)} |`;
    }),
  ];
}

function keepingTable(): string[] {
  const ages = [30, 90, 180, 365, 730, 1_825];
  return [
    `| days without a claim | ${ages.map((days) => days.toLocaleString("en")).join(" | ")} |`,
    `|---|${ages.map(() => "---").join("|")}|`,
    `| left of a standing | ${ages.map((days) => `${Number((100 * 2 ** -(days / HALF_LIFE_DAYS)).toPrecision(3))} %`).join(" | ")} |`,
  ];
}

/** Three figures. */
const ether = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
