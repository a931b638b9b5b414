import type { Contracts } from "../../chain/contracts.js";
import type { Call } from "../../chain/move-call.js";
import {
  approveStakeCall,
  cancelExitCall,
  depositCall,
  registerCall,
  requestExitCall,
  setEndpointCall,
  withdrawStakeCall,
  wrapCall,
} from "../../chain/operator-calls.js";
import { withdrawCreditCall } from "../../chain/claim-calls.js";
import { hasPart } from "../../chain/contracts.js";
import { readOperator } from "../../chain/read-operator.js";
import { OnusError } from "../../errors/onus-error.js";
import { parseAddress } from "../../types/address.js";
import type { Address } from "../../types/address.js";
import { asWei, formatWei, parseWei } from "../../types/wei.js";
import type { Wei } from "../../types/wei.js";
import type { Act, Told } from "../does.js";
import { formatTime } from "../table.js";
import { sendOrPlan } from "../transactions.js";
import type { Transaction } from "../transactions.js";
import { openForActing } from "../where.js";
import type { Sending } from "../options.js";

type Funding = Sending & { readonly wrap?: true; readonly approve?: true };

export const register: Act<Funding & { endpoint: string; stake?: string }> = async ({
  options,
  reporter,
}) => {
  const { contracts, address } = await openForActing(options);
  const { stake } = options;
  const endpoint = parseEndpoint(options.endpoint, "--endpoint");
  const funding =
    stake === undefined
      ? []
      : await fundingCalls(contracts, { ...options, from: address, amount: parseWei(stake, "--stake") });
  const calls = [registerCall(contracts, endpoint), ...funding];
  if (stake !== undefined) calls.push(depositCall(contracts, address, parseWei(stake, "--stake")));
  return sendOrPlan({ contracts, calls, options, reporter }, (sent) => stateOf(contracts, address, sent));
};

export const setEndpoint: Act<Sending> = async ({ args, options, reporter }) => {
  const { contracts, address } = await openForActing(options);
  const endpoint = parseEndpoint(args[0] as string, "<uri>");
  await readOperator(contracts, address);
  const calls = [setEndpointCall(contracts, endpoint)];
  return sendOrPlan({ contracts, calls, options, reporter }, (transactions) => ({
    value: { operator: address, endpoint, transactions },
    text: endpoint === "" ? `${address} answers nowhere` : `${address} answers at ${endpoint}`,
  }));
};

/** Whoever checks a claim asks there, and takes nothing else for an address. */
function parseEndpoint(text: string, name: string): string {
  if (text === "" || /^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new OnusError("MALFORMED_VALUE", { name, expected: "http://… or https://…", found: text });
}

export const deposit: Act<Funding & { operator?: string }> = async ({ args, options, reporter }) => {
  const { contracts, address } = await openForActing(options);
  const operator = parseAddress(options.operator ?? address, "--operator");
  const amount = parseWei(args[0] as string, "<amount>");
  // Before money moves: a deposit for nobody would be refused only after it was wrapped and allowed.
  await readOperator(contracts, operator);
  const calls = await fundingCalls(contracts, { ...options, from: address, amount });
  calls.push(depositCall(contracts, operator, amount));
  return sendOrPlan({ contracts, calls, options, reporter }, (sent) => stateOf(contracts, operator, sent));
};

export const exit: Act<Sending & { cancel?: true }> = async ({ args, options, reporter }) => {
  const [amount] = args;
  if ((amount === undefined) === (options.cancel === undefined)) {
    throw new OnusError("USAGE", { problem: "exit takes either an amount or --cancel" });
  }
  const { contracts, address } = await openForActing(options);
  const call =
    amount === undefined
      ? cancelExitCall(contracts)
      : requestExitCall(contracts, parseWei(amount, "<amount>"));
  return sendOrPlan({ contracts, calls: [call], options, reporter }, (sent) =>
    stateOf(contracts, address, sent),
  );
};

/** Both books: stake that may leave now, and native currency from sessions. */
export const withdraw: Act<Sending> = async ({ options, reporter }) => {
  const { contracts, address, chain } = await openForActing(options);
  const { exiting, exitReadyAt, credit } = await readOperator(contracts, address);
  const now = BigInt((await chain.provider.getBlock("latest"))?.timestamp ?? 0);
  const calls: Call[] = [];
  // With nothing else to do, the contract says why the stake stays.
  if (exiting > 0n && (exitReadyAt <= now || credit === 0n)) calls.push(withdrawStakeCall(contracts));
  if (credit > 0n && hasPart(contracts, "inquiry")) calls.push(withdrawCreditCall(contracts, address));
  return sendOrPlan({ contracts, calls, options, reporter }, (sent) => stateOf(contracts, address, sent));
};

/** What has to be sent before a deposit can be taken; an error where it is missing and was not asked for. */
async function fundingCalls(
  contracts: Contracts,
  funding: { from: Address; amount: Wei; wrap?: true; approve?: true },
): Promise<Call[]> {
  const { token, deployment } = contracts;
  const { from, amount, wrap, approve } = funding;
  const ask = <T>(name: string, ...args: unknown[]): Promise<T> =>
    token.getFunction(name).staticCall(...args) as Promise<T>;
  const [symbol, balance, allowance] = await Promise.all([
    ask<string>("symbol"),
    ask<bigint>("balanceOf", from),
    ask<bigint>("allowance", from, deployment.operatorRegistry),
  ]);
  const calls: Call[] = [];
  if (balance < amount) {
    if (!wrap) {
      throw new OnusError("TOKEN_MISSING", {
        token: symbol,
        account: from,
        actual: balance,
        expected: amount,
      });
    }
    calls.push(wrapCall(contracts, asWei(amount - balance)));
  }
  if (allowance < amount) {
    if (!approve) {
      const spender = deployment.operatorRegistry;
      throw new OnusError("ALLOWANCE_MISSING", {
        token: symbol,
        spender,
        actual: allowance,
        expected: amount,
      });
    }
    calls.push(approveStakeCall(contracts, amount));
  }
  return calls;
}

async function stateOf(
  contracts: Contracts,
  operator: Address,
  transactions: readonly Transaction[],
): Promise<Told> {
  const { stake, locked, free, exiting, exitReadyAt } = await readOperator(contracts, operator);
  const leaving =
    exiting === 0n ? "" : `; ${formatWei(exiting)} may leave from ${formatTime(exitReadyAt)} on`;
  return {
    value: { operator, stake, locked, free, exiting, exitReadyAt, transactions },
    text: `operator ${operator} has a stake of ${formatWei(stake)}, ${formatWei(free)} of it free${leaving}`,
  };
}
