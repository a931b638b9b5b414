import { readFileSync, writeFileSync } from "node:fs";

import { readParameters } from "../../src/chain/parameters.js";
import type { Generator } from "./generators.js";

const PAGE = "docs/spec/standing.md";
const DAY = 86_400;
/** Of the public deployments, which have it in common. */
const HALF_LIFE = Number(readParameters("deploy/parameters/baseSepolia.json").halfLife) / DAY;
/** What a year of locked stake is taken to cost, as a part of it: the delay rate of the same deployments. */
const YEARLY = 0.1;
/** The longest claims are the cheapest way: what they count does not decay before they are decided. Days. */
const LONGEST_WINDOW = 30;

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
      const stakes = times.map((days) => ether(standing / gained(days)));
      const forEver = ether((standing * Math.LN2) / HALF_LIFE);
      return `| ${standing.toLocaleString("en")} | ${stakes.join(" | ")} | ${forEver} | ${ether((standing / 365) * YEARLY)} |`;
    }),
  ];
}

/** Days that one ether has counted for after `days`, in claims with the longest window, the last one as long as it fits. */
function gained(days: number): number {
  let sum = 0;
  for (let left = days; left > 0; left -= LONGEST_WINDOW) {
    sum += Math.min(left, LONGEST_WINDOW) * 2 ** -((days - left) / HALF_LIFE);
  }
  return sum;
}

function keepingTable(): string[] {
  const ages = [30, 90, 180, 365, 730, 1_825];
  return [
    `| days without a claim | ${ages.map((days) => days.toLocaleString("en")).join(" | ")} |`,
    `|---|${ages.map(() => "---").join("|")}|`,
    `| left of a standing | ${ages.map((days) => `${Number((100 * 2 ** -(days / HALF_LIFE)).toPrecision(3))} %`).join(" | ")} |`,
  ];
}

/** Three figures. */
const ether = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
