import { Contract } from "ethers";
import type { ContractRunner, Provider } from "ethers";

import {
  IClaimBook__factory,
  IInquiry__factory,
  ILineage__factory,
  IModelRegistry__factory,
  IOnus__factory,
  IOperatorRegistry__factory,
  IReceiptCourt__factory,
  IReferee__factory,
  IStanding__factory,
  IWorkbench__factory,
} from "../../typechain-types/index.js";
import type {
  IClaimBook,
  IInquiry,
  ILineage,
  IModelRegistry,
  IOnus,
  IOperatorRegistry,
  IReceiptCourt,
  IReferee,
  IStanding,
  IWorkbench,
} from "../../typechain-types/index.js";
import { OnusError } from "../errors/onus-error.js";
import type { Place } from "../types/place.js";
import { ZERO_ADDRESS } from "../types/address.js";
import type { Deployment } from "./deployment.js";

/** The parts of one deployment, called as one account (or read without one). */
export type Contracts = {
  readonly deployment: Deployment;
  readonly runner: ContractRunner;
  readonly onus: IOnus;
  readonly models: IModelRegistry;
  readonly operators: IOperatorRegistry;
  readonly claims: IClaimBook;
  readonly referee: IReferee;
  /** `requirePart` says whether the deployment has one; the next four too. */
  readonly workbench: IWorkbench;
  readonly inquiry: IInquiry;
  readonly court: IReceiptCourt;
  readonly standing: IStanding;
  readonly lineage: ILineage;
  /** The stake token; `deposit` exists where it wraps the native currency. */
  readonly token: Contract;
  /** Where model ids, claim ids, job ids, session ids and receipt hashes live. */
  readonly registryPlace: Place;
  readonly claimPlace: Place;
  readonly workbenchPlace: Place;
  readonly inquiryPlace: Place;
  readonly courtPlace: Place;
};

const TOKEN_ABI = [
  "function approve(address spender, uint256 amount) returns (bool)",
  "function allowance(address owner, address spender) view returns (uint256)",
  "function balanceOf(address owner) view returns (uint256)",
  "function symbol() view returns (string)",
  "function deposit() payable",
] as const;

export function connectContracts(deployment: Deployment, runner: ContractRunner): Contracts {
  const { onus, modelRegistry, operatorRegistry, claimBook, referee, workbench, inquiry, token } = deployment;
  const { receiptCourt, standing, lineage } = deployment;
  const at = (contract: Place["contract"]): Place => ({ chainId: BigInt(deployment.chainId), contract });
  return {
    deployment,
    runner,
    onus: IOnus__factory.connect(onus, runner),
    models: IModelRegistry__factory.connect(modelRegistry, runner),
    operators: IOperatorRegistry__factory.connect(operatorRegistry, runner),
    claims: IClaimBook__factory.connect(claimBook, runner),
    referee: IReferee__factory.connect(referee, runner),
    workbench: IWorkbench__factory.connect(workbench, runner),
    inquiry: IInquiry__factory.connect(inquiry, runner),
    court: IReceiptCourt__factory.connect(receiptCourt, runner),
    standing: IStanding__factory.connect(standing, runner),
    lineage: ILineage__factory.connect(lineage, runner),
    token: new Contract(token, TOKEN_ABI, runner),
    registryPlace: at(modelRegistry),
    claimPlace: at(claimBook),
    workbenchPlace: at(workbench),
    inquiryPlace: at(inquiry),
    courtPlace: at(receiptCourt),
  };
}

/** A part that a deployment may have been made without. */
export type OptionalPart = "workbench" | "inquiry" | "receiptCourt" | "standing" | "lineage";

export const hasPart = ({ deployment }: Contracts, part: OptionalPart): boolean =>
  deployment[part] !== ZERO_ADDRESS;

/** Throws where the deployment was made without this part: a call to the zero address would succeed and do nothing. */
export function requirePart(contracts: Contracts, part: OptionalPart): void {
  if (hasPart(contracts, part)) return;
  throw new OnusError("PART_MISSING", { part, onus: contracts.deployment.onus });
}

/** What the contracts are read through. */
export function providerOf({ runner }: Contracts): Provider {
  if (!runner.provider) throw new TypeError("these contracts were connected without a provider");
  return runner.provider;
}
