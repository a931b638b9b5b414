import { readFileSync, writeFileSync } from "node:fs";

import { formatEther } from "ethers";

import { readParameters } from "../../src/chain/parameters.js";
import { bondFor, depositFor } from "../../src/dispute/deposit.js";
import { longestSession } from "../../src/dispute/clocks.js";
import type { InquiryRules } from "../../src/dispute/dispute-view.js";
import { asWei } from "../../src/types/wei.js";
import type { Generator } from "./generators.js";

const PAGE = "docs/decisions/0016-bonds-and-clocks.md";

const FILES = ["sepolia", "baseSepolia", "arbitrumSepolia", "local"] as const;
/** Wei per gas, taken for the tables: an L1 at its ordinary price, an L2 at ten times its. */
const BASE_FEES = {
  sepolia: 10n ** 9n,
  baseSepolia: 10n ** 7n,
  arbitrumSepolia: 10n ** 7n,
  local: 10n ** 9n,
};
/** Bytes of the longest answer but a descriptor. */
const ANSWER_BYTES = 2_048;
const ETHER = asWei(10n ** 18n);
const ROUNDS = 16;

/** The tables of bonds and clocks, from the parameters of every deployment. */
export const generator: Generator = {
  name: "inquiry-figures",
  outputs: [PAGE],
  run: () => {
    const tables = { times: timesTable(), costs: costsTable(), flood: floodTable(), others: othersTable() };
    let page = readFileSync(PAGE, "utf8");
    for (const [name, table] of Object.entries(tables)) {
      const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
      if (!place.test(page)) throw new Error(`${PAGE} has no place for ${name}`);
      page = page.replace(place, (_, open: string, close: string) => `${open}${table.join("\n")}\n${close}`);
    }
    writeFileSync(PAGE, page);
    return Promise.resolve();
  },
};

type Deployment = ReturnType<typeof deployment>;

function deployment(name: (typeof FILES)[number]) {
  const parameters = readParameters(`deploy/parameters/${name}.json`);
  const rules: InquiryRules = {
    ...parameters,
    rounds: ROUNDS,
    answerGas: BigInt(parameters.answerGas),
    answerByteGas: BigInt(parameters.answerByteGas),
    closeGas: BigInt(parameters.closeGas),
    settleGas: BigInt(parameters.settleGas),
  };
  return { parameters, rules, baseFee: asWei(BASE_FEES[name]) };
}

/** One column per parameter file. */
function table(rows: Readonly<Record<string, (of: Deployment) => string>>): string[] {
  const deployments = FILES.map(deployment);
  return [
    `| | ${FILES.join(" | ")} |`,
    `|---|${FILES.map(() => "---").join("|")}|`,
    ...Object.entries(rows).map(
      ([label, figure]) => `| ${label} | ${deployments.map((of) => figure(of)).join(" | ")} |`,
    ),
  ];
}

function timesTable(): string[] {
  return table({
    "least window": ({ parameters }) => duration(parameters.minWindow),
    "clock, each side": ({ rules }) => duration(rules.clock),
    "clock extension": ({ rules }) => duration(rules.clockExtension),
    "proof time": ({ rules }) => duration(rules.proofTime),
    "a question of the window's last second, met by silence, convicts at": ({ parameters, rules }) =>
      duration(parameters.minWindow - 1n + rules.clock),
    "latest end of a session that a play reaches": ({ parameters, rules }) =>
      duration(parameters.minWindow + 2n * rules.clock + 29n * rules.clockExtension - 31n),
    "latest verdict that a play reaches": ({ parameters, rules }) =>
      duration(parameters.minWindow + longestSession(rules) - 3n * rules.clockExtension - 32n),
    "hard end, which no play reaches": ({ parameters, rules }) =>
      duration(parameters.minWindow + longestSession(rules)),
    "held past the window at most": ({ rules }) =>
      duration(longestSession(rules) - 3n * rules.clockExtension - 32n),
  });
}

function costsTable(): string[] {
  return table({
    "base fee taken here": ({ baseFee }) => `${formatGwei(baseFee)} gwei`,
    "bond of a session beside no other": ({ rules }) => ether(bondFor(rules, 0)),
    "kept for delay": ({ rules }) => ether(delay(rules)),
    "kept for an answer, a closing, a settling at four times the base fee": (of) => ether(gasKept(of)),
    "deposit of one question": ({ rules, baseFee }) =>
      ether(
        depositFor(rules, {
          ...{ bond: bondFor(rules, 0), liability: ETHER, answerBytes: ANSWER_BYTES, baseFee },
          ...{ owed: asWei(0n), payees: 0 },
        }),
      ),
    "lost by asking one question about a claim that stands": (of) => ether(lost(of, 1, 1n, 0n)),
    "lost at most in a session of 16, at four times the base fee, held to the end": (of) =>
      ether(lost(of, ROUNDS, 4n, delay(of.rules))),
    "lost when the claim falls": () => "0",
    "advanced by the operator for 16 answers": ({ rules, baseFee }) =>
      ether(BigInt(ROUNDS) * answerGas(rules) * baseFee),
    "paid to the operator for a day past the window": ({ rules }) => ether(rules.delayRate * 86_400n),
  });
}

function floodTable(): string[] {
  const { rules } = deployment("baseSepolia");
  const counts = [1, 16, 256, 1_250, 20_000];
  return [
    `| sessions open at once | ${counts.map((count) => count.toLocaleString("en")).join(" | ")} |`,
    `|---|${counts.map(() => "---").join("|")}|`,
    `| bond of the last one | ${counts.map((count) => ether(bondFor(rules, count - 1))).join(" | ")} |`,
    `| bonds locked | ${counts.map((count) => ether(bonds(rules, count))).join(" | ")} |`,
    `| burned when the claims stand | ${counts.map((count) => ether(burned(rules, count))).join(" | ")} |`,
  ];
}

/** 20,000 questions, all at once or one after the other. */
function othersTable(): string[] {
  const count = 20_000;
  return table({
    "all open at once: bonds locked": ({ rules }) => ether(bonds(rules, count)),
    burned: ({ rules }) => ether(burned(rules, count)),
    "16 a session, all sessions open at once: bonds locked": ({ rules }) =>
      ether(bonds(rules, count / ROUNDS)),
    "burned, then": ({ rules }) => ether(burned(rules, count / ROUNDS)),
    "each closed before the next is opened: bonds locked until the verdict": ({ rules }) =>
      ether(BigInt(count) * rules.baseBond),
    "burned, in that order": ({ rules }) => ether(BigInt(count) * quarterUp(rules.baseBond)),
    "paid for 20,000 traces at the base fee": ({ rules, baseFee }) =>
      ether(BigInt(count) * (rules.answerGas + 32n * rules.answerByteGas) * baseFee),
  });
}

const quarterUp = (wei: bigint): bigint => (wei + 3n) / 4n;

/** Of 1 ether, for the longest time that a deposit provides for. */
const delay = (rules: InquiryRules): bigint => rules.delayRate * longestSession(rules);

const answerGas = ({ answerGas: gas, answerByteGas }: InquiryRules): bigint =>
  gas + answerByteGas * BigInt(ANSWER_BYTES);

const gasKept = ({ rules, baseFee }: Deployment): bigint =>
  (answerGas(rules) + rules.closeGas + 3n * rules.settleGas) * 4n * baseFee;

/** What a claim that stands costs an asker that answers nothing and closes nothing itself; one account answers. */
function lost({ rules, baseFee }: Deployment, rounds: number, times: bigint, delayFee: bigint): bigint {
  const gas = BigInt(rounds) * answerGas(rules) + rules.closeGas + 3n * rules.settleGas;
  return quarterUp(bondFor(rules, 0)) + gas * times * baseFee + delayFee;
}

function bonds(rules: InquiryRules, count: number): bigint {
  return Array.from({ length: count }, (_, open) => bondFor(rules, open)).reduce((a, b) => a + b, 0n);
}

function burned(rules: InquiryRules, count: number): bigint {
  return Array.from({ length: count }, (_, open) => quarterUp(bondFor(rules, open))).reduce(
    (a, b) => a + b,
    0n,
  );
}

/** Six figures at most. */
function ether(wei: bigint): string {
  const value = Number(formatEther(wei));
  return value >= 1
    ? value.toLocaleString("en", { maximumFractionDigits: 2 })
    : String(Number(value.toPrecision(3)));
}

const formatGwei = (wei: bigint): string => String(Number(wei) / 1e9);

/** Days, hours, minutes and seconds, those that are not zero. */
function duration(seconds: bigint): string {
  const units = [
    ["d", 86_400n],
    ["h", 3_600n],
    ["min", 60n],
    ["s", 1n],
  ] as const;
  let left = seconds;
  const parts = units.flatMap(([unit, length]) => {
    const count = left / length;
    left %= length;
    return count === 0n ? [] : [`${count} ${unit}`];
  });
  return parts.join(" ");
}
