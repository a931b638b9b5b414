import { Contract } from "ethers";
import type { ContractRunner } from "ethers";

import {
  IClaimBook__factory,
  IModelRegistry__factory,
  IOperatorRegistry__factory,
  IReferee__factory,
} from "../../typechain-types/index.js";
import type { IClaimBook, IModelRegistry, IOperatorRegistry, IReferee } from "../../typechain-types/index.js";
import type { Place } from "../types/place.js";
import { asAddress } from "../types/address.js";
import type { Deployment } from "./deployment.js";

/** The parts of one deployment, called as one account (or read without one). */
export type Contracts = {
  readonly deployment: Deployment;
  readonly models: IModelRegistry;
  readonly operators: IOperatorRegistry;
  readonly claims: IClaimBook;
  readonly referee: IReferee;
  /** The stake token; `deposit` exists where it wraps the native currency. */
  readonly token: Contract;
  /** Where model ids and claim ids live. */
  readonly registryPlace: Place;
  readonly claimPlace: Place;
};

const TOKEN_ABI = [
  "function approve(address spender, uint256 amount) returns (bool)",
  "function allowance(address owner, address spender) view returns (uint256)",
  "function balanceOf(address owner) view returns (uint256)",
  "function symbol() view returns (string)",
  "function deposit() payable",
] as const;

export function connectContracts(deployment: Deployment, runner: ContractRunner): Contracts {
  const { chainId, modelRegistry, operatorRegistry, claimBook, referee, token } = deployment;
  return {
    deployment,
    models: IModelRegistry__factory.connect(modelRegistry, runner),
    operators: IOperatorRegistry__factory.connect(operatorRegistry, runner),
    claims: IClaimBook__factory.connect(claimBook, runner),
    referee: IReferee__factory.connect(referee, runner),
    token: new Contract(token, TOKEN_ABI, runner),
    registryPlace: { chainId: BigInt(chainId), contract: asAddress(modelRegistry) },
    claimPlace: { chainId: BigInt(chainId), contract: asAddress(claimBook) },
  };
}
