import { deployInDirectory, planInDirectory } from "../../chain/deploy-in-directory.js";
import type { RecordedJob } from "../../chain/deploy-in-directory.js";
import type { DeploymentPlan } from "../../chain/deploy-onus.js";
import type { Deployment } from "../../chain/deployment.js";
import { findParameters } from "../../chain/find-parameters.js";
import type { Preset } from "../../chain/find-parameters.js";
import { openAccount } from "../../chain/open-account.js";
import { readParameters } from "../../chain/parameters.js";
import type { Parameters } from "../../chain/parameters.js";
import { OnusError } from "../../errors/onus-error.js";
import { parseAddress } from "../../types/address.js";
import { parseSeconds } from "../../types/seconds.js";
import { decimal, formatWei, parseWei } from "../../types/wei.js";
import type { Act, Told } from "../does.js";
import { accountSource, openNamedChain } from "../where.js";
import { requireVerifying, verifySources } from "./verify-sources.js";

export type DeployOptions = {
  readonly network?: string;
  readonly rpc?: string;
  readonly account?: string;
  readonly preset?: string;
  readonly token?: string;
  readonly tokenSymbol?: string;
  readonly mostGasPrice?: string;
  readonly patience: string;
  readonly confirmations: string;
  readonly fresh?: true;
  readonly verify?: true;
  readonly dryRun?: true;
};

export const deployProtocol: Act<DeployOptions> = async ({ options, reporter }) => {
  const { mostGasPrice, patience, fresh, verify, dryRun } = options;
  const chain = await openNamedChain(options);
  try {
    const preset = presetOf(options, chain.chainId);
    if (verify) requireVerifying(options.network);
    const { signer, address } = await openAccount(chain, await accountSource(options, chain.name));
    const job: RecordedJob = {
      ...{ runner: signer, account: address, preset, say: reporter.say, fresh: fresh === true },
      ...{ confirmations: parseConfirmations(options.confirmations) },
      ...{ patience: parseSeconds(patience, "--patience") },
      ...(mostGasPrice !== undefined && { mostGasPrice: parseWei(mostGasPrice, "--most-gas-price") }),
    };
    if (dryRun) return tellPlan(await planInDirectory(job), preset);
    const { deployment, writtenTo } = await deployInDirectory(job);
    if (!verify) return tellDeployment(deployment, writtenTo);
    const verified = await verifySources(options.network, reporter.say);
    const told = tellDeployment(deployment, writtenTo);
    return { ...told, value: { ...told.value, verified } };
  } finally {
    chain.close();
  }
};

/** The preset, and what the command line says otherwise. */
function presetOf({ preset: path, token, tokenSymbol }: DeployOptions, chainId: number): Preset {
  const preset = path === undefined ? findParameters(chainId) : { path, parameters: readParameters(path) };
  const parameters: Parameters = {
    ...preset.parameters,
    ...(token !== undefined && { token: token === "local" ? "local" : parseAddress(token, "--token") }),
    ...(tokenSymbol !== undefined && { tokenSymbol }),
  };
  return { path: preset.path, parameters };
}

function parseConfirmations(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  const expected = "a whole number from 1 up";
  throw new OnusError("MALFORMED_VALUE", { name: "--confirmations", expected, found: JSON.stringify(text) });
}

function tellDeployment(deployment: Deployment, writtenTo: string): Told {
  const { chainId, onus } = deployment;
  const text = `Onus stands at ${onus} on chain ${chainId}; every address is in ${writtenTo}`;
  return { value: { ...deployment, writtenTo }, text };
}

function tellPlan(plan: DeploymentPlan, { path }: Preset): Told {
  const { chainId, account, steps, mostGas, gasPrice, mostCost, balance, onus } = plan;
  const lines = steps.map(({ call, mostGas: most }) => `  ${call}: at most ${most} gas`);
  const rest =
    steps.length === 0
      ? [`nothing is left to send: Onus stands at ${onus}`]
      : [
          `${steps.length} transactions from ${account} on chain ${chainId}, with ${path}:`,
          ...lines,
          `together at most ${mostGas} gas, ${decimal(mostCost, 18)} ether at ${formatWei(gasPrice)} a unit; the account has ${decimal(balance, 18)} ether`,
          "nothing was sent",
        ];
  return { value: { dryRun: true, preset: path, ...plan }, text: rest.join("\n") };
}
