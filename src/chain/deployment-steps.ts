import { onusCreationCode, partCreationCode, tokenCreationCode } from "./creation-code.js";
import type { Address } from "../types/address.js";
import { ZERO_ADDRESS } from "../types/address.js";
import { IOnus__factory } from "../../typechain-types/factories/interfaces/IOnus__factory.js";
import type { Parameters } from "./parameters.js";
import { PARTS } from "./parts.js";
import type { PartName } from "./parts.js";

/** One transaction of a deployment. */
export type DeploymentStep =
  | { readonly kind: "create"; readonly name: "token" | "onus"; readonly data: string }
  | { readonly kind: "part"; readonly name: PartName; readonly index: number; readonly data: string };

/** What of a deployment stands. */
export type Standing = {
  /** Of a wrapped ether of our own; also where one from elsewhere is used, it stands. */
  readonly token: Address | undefined;
  readonly onus: Address | undefined;
  /** As in `Onus.nextPart`. */
  readonly nextPart: number;
};

const calls = IOnus__factory.createInterface();

/** The transactions that are still to be sent, in order. Pure. */
export function stepsLeft(parameters: Parameters, standing: Standing): readonly DeploymentStep[] {
  const steps: DeploymentStep[] = [];
  if (standing.token === undefined) steps.push({ kind: "create", name: "token", data: tokenCreationCode });
  if (standing.onus === undefined) {
    // A place holder of the same length while the token does not stand.
    const data = onusCreationCode(parameters, standing.token ?? ZERO_ADDRESS);
    steps.push({ kind: "create", name: "onus", data });
  }
  const first = standing.onus === undefined ? 0 : standing.nextPart;
  for (const [index, name] of PARTS.entries()) {
    if (index < first) continue;
    const data = calls.encodeFunctionData("deploy", [index, partCreationCode[name]]);
    steps.push({ kind: "part", name, index, data });
  }
  return steps;
}

/** What errors and people call a step. */
export const nameOfStep = (step: DeploymentStep): string =>
  step.kind === "part" ? `Onus.deploy(${step.name})` : `creation of ${step.name}`;

/** Gas for a byte of creation code: at most 40 as calldata (EIP-7623) or 16 and 200 as code, and what copying it takes. */
const PER_BYTE = 225n;
/** A transaction that creates, and what the constructor of a part, or of Onus, computes and keeps. */
const PER_STEP = 200_000n;

/** Gas a step uses at most, whatever stands already; less is used, and only what is used is paid. */
export function mostGasOf(step: DeploymentStep): bigint {
  return PER_STEP + PER_BYTE * BigInt((step.data.length - 2) / 2);
}
