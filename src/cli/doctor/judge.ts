import { formatWei } from "../../types/wei.js";
import { isOlder, LEAST_NODE } from "../require-node.js";
import type { Finding } from "./finding.js";
import { fail, ok, warn } from "./finding.js";

/** Gas of one `ClaimBook.submit`, whatever the number of records. */
const SUBMIT_GAS = 75_000n;
/** Seconds by which two clocks may differ: a claim's shortest clock extension is five. */
const SKEW = 5;
/** Seconds without a block after which a chain stands still, or its node is behind. */
const STALE = 120;

export const judgeNode = (version: string): Finding =>
  isOlder(version, LEAST_NODE)
    ? fail(
        "Node",
        `this is Node ${version}; ${LEAST_NODE} or newer is needed`,
        "install a newer Node: https://nodejs.org",
      )
    : ok("Node", `Node ${version}`);

/**
 * Unix seconds: of the newest block, of the node's own clock where it says, and of this machine. A chain's deadlines are
 * those of its blocks; a machine whose clock is behind misses them.
 */
export function judgeClock(times: {
  readonly block: number;
  readonly node?: number;
  readonly machine: number;
  readonly isSyncing: boolean;
}): readonly Finding[] {
  const { block, node, machine, isSyncing } = times;
  const sync = "set the machine's clock: `timedatectl set-ntp true`";
  const ahead = Math.max(block - machine, 0);
  const apart = node === undefined ? 0 : Math.abs(node - machine);
  const clock =
    ahead > SKEW
      ? fail("clock", `the newest block is ${ahead} s ahead of this machine's clock`, sync)
      : apart > SKEW
        ? fail("clock", `the node's clock and this machine's are ${apart} s apart`, sync)
        : ok("clock", `this machine's clock agrees with the node's to ${SKEW} s`);
  const age = Math.max(machine - block, 0);
  const wait = "wait until the node has caught up, or try another endpoint with --rpc URL";
  const blocks = isSyncing
    ? fail("blocks", `the node is catching up: its newest block is ${age} s old`, wait)
    : age > STALE
      ? warn(
          "blocks",
          `the newest block is ${age} s old: the chain has no traffic, or the node is behind`,
          wait,
        )
      : ok("blocks", `the newest block is ${age} s old`);
  return [clock, blocks];
}

/** Wei: what the account has, and the price per gas that would be offered now. */
export function judgeBalance(money: {
  readonly address: string;
  readonly balance: bigint;
  readonly gasPrice: bigint;
  readonly submits: number;
}): Finding {
  const { address, balance, gasPrice, submits } = money;
  const needed = SUBMIT_GAS * gasPrice * BigInt(submits);
  const send = `send native currency to ${address}`;
  if (balance === 0n) return fail("balance", `${address} has no native currency to pay gas with`, send);
  const says = `${address} has ${formatWei(balance)}; ${submits} claims take about ${formatWei(needed)} of gas now`;
  return balance < needed ? warn("balance", says, send) : ok("balance", says);
}

/** Wei of stake token. */
export function judgeToken(money: {
  readonly symbol: string;
  readonly balance: bigint;
  readonly allowance: bigint;
  readonly stake: bigint;
}): Finding {
  const { symbol, balance, allowance, stake } = money;
  const says = `${formatWei(balance)} of ${symbol}, of which the registry may take ${formatWei(allowance)}; ${formatWei(stake)} are staked`;
  if (stake > 0n || (balance > 0n && allowance > 0n)) return ok("stake token", says);
  const next = "an operator needs stake: `onus operator deposit AMOUNT --wrap --approve`";
  return warn("stake token", says, next);
}

/** What the account may do: as an operator, or as a signer of one. */
export function judgeRole(role: {
  readonly address: string;
  readonly status: "none" | "active" | "jailed";
  /** Whose signer the account is. */
  readonly signsFor?: string;
  readonly isSignerActive?: boolean;
}): Finding {
  const { address, status, signsFor, isSignerActive } = role;
  if (status === "jailed") {
    const next = "it claims nothing again; answer for its open claims, and register another account";
    return fail("operator", `${address} is jailed: a claim of it fell`, next);
  }
  if (status === "active") return ok("operator", `${address} is a registered operator`);
  if (signsFor === undefined) {
    const next = "to claim, `onus operator register`; a challenger needs no registration";
    return warn("operator", `${address} is neither an operator nor a signer of one`, next);
  }
  if (isSignerActive) return ok("operator", `${address} is an active signer of operator ${signsFor}`);
  const next = "sign with another key: `onus operator consent`, then `onus operator add-signer`";
  return fail("operator", `${address} was a signer of operator ${signsFor}, and is revoked`, next);
}
