import type { Contracts } from "../chain/contracts.js";
import type { Call } from "../chain/move-call.js";
import { planCalls } from "../chain/plan-call.js";
import type { AtRisk, PlannedCall } from "../chain/plan-call.js";
import { sendCall } from "../chain/send-call.js";
import type { Fees } from "../chain/transact.js";
import { toJson } from "../types/to-json.js";
import { decimal, formatWei, parseWei } from "../types/wei.js";
import type { Told } from "./does.js";
import type { Sending } from "./options.js";
import type { Reporter } from "./reporter.js";

/** A transaction of this command that is in the chain. */
export type Transaction = { readonly call: string; readonly hash: string; readonly gasUsed: bigint };

export const feesOf = ({ tip }: Sending): Fees => (tip === undefined ? {} : { tip: parseWei(tip, "--tip") });

/** Sends calls one after the other and tells each; under --dry-run only says what they are. */
export async function sendOrPlan(
  given: {
    readonly contracts: Contracts;
    readonly calls: readonly Call[];
    readonly options: Sending;
    readonly reporter: Reporter;
  },
  tell: (transactions: readonly Transaction[]) => Told | Promise<Told>,
): Promise<Told> {
  const { contracts, calls, options, reporter } = given;
  const fees = feesOf(options);
  if (options.dryRun) return tellPlan(await planCalls(contracts, calls, fees));
  const transactions: Transaction[] = [];
  for (const call of calls) {
    const { hash, gasUsed } = await sendCall(contracts, call, fees);
    reporter.say(`${call.call}: ${hash} (${gasUsed} gas)`);
    transactions.push({ call: call.call, hash, gasUsed });
  }
  return tell(transactions);
}

/** The end of a dry run. */
export function tellPlan(calls: readonly PlannedCall[]): Told {
  const text = [...calls.map(describePlanned), "nothing was sent"].join("\n");
  return { value: { dryRun: true, calls }, text: calls.length === 0 ? "there is nothing to send" : text };
}

function describePlanned({ call, to, from, value, gas, mostFee, atRisk, ...plan }: PlannedCall): string {
  const given = Object.entries(plan.arguments).map(([name, argument]) => `  ${name}: ${shown(argument)}`);
  const cost =
    gas === undefined || mostFee === undefined
      ? "  gas: known once the calls in front of it are in the chain"
      : `  gas: about ${gas}, at most ${decimal(mostFee, 18)} ether`;
  return [
    `${call} at ${to}, from ${from}`,
    ...given,
    ...(value === 0n ? [] : [`  with: ${formatWei(value)}`]),
    cost,
    `  at risk: ${describeRisk(atRisk)}`,
  ].join("\n");
}

function shown(argument: unknown): string {
  const text = typeof argument === "string" ? argument : toJson(argument);
  return text.length <= 400 ? text : `${text.slice(0, 200)}… (${text.length} characters)`;
}

function describeRisk(risk: AtRisk): string {
  if (risk.of === "nothing") return "nothing but the fee";
  const amount = formatWei(risk.amount);
  switch (risk.of) {
    case "liability":
      return `${amount} of stake, locked until the claim is decided, lost as a whole when it falls`;
    case "stake":
      return `${amount} of stake token becomes stake; what no fallen claim has taken leaves after the exit delay`;
    case "allowance":
      return `the registry may take ${amount} of stake token`;
    case "deposit":
      return `${amount}: answers are paid from it, and a quarter of the bond in it burns, unless the claim falls`;
    case "wrapping":
      return `${amount} becomes stake token, one for one`;
  }
}
