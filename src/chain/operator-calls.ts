import type { TypedDataDomain, TypedDataField } from "ethers";

import type { Address } from "../types/address.js";
import type { Wei } from "../types/wei.js";
import type { Contracts } from "./contracts.js";
import type { Call } from "./move-call.js";

/** Calls of an operator to its registry and its token; contracts/interfaces/IOperatorRegistry.sol explains each. */
export function registerCall(contracts: Contracts, endpoint: string): Call {
  return toRegistry(contracts, "register", encoder(contracts).encodeFunctionData("register", [endpoint]));
}

export function setEndpointCall(contracts: Contracts, endpoint: string): Call {
  const data = encoder(contracts).encodeFunctionData("setEndpoint", [endpoint]);
  return toRegistry(contracts, "setEndpoint", data);
}

export function depositCall(contracts: Contracts, operator: Address, amount: Wei): Call {
  const data = encoder(contracts).encodeFunctionData("deposit", [operator, amount]);
  return toRegistry(contracts, "deposit", data);
}

export function requestExitCall(contracts: Contracts, amount: Wei): Call {
  const data = encoder(contracts).encodeFunctionData("requestExit", [amount]);
  return toRegistry(contracts, "requestExit", data);
}

export function cancelExitCall(contracts: Contracts): Call {
  return toRegistry(contracts, "cancelExit", encoder(contracts).encodeFunctionData("cancelExit"));
}

export function withdrawStakeCall(contracts: Contracts): Call {
  return toRegistry(contracts, "withdraw", encoder(contracts).encodeFunctionData("withdraw"));
}

/** @param signer.consent the signer's signature over `signerConsent`, 0x and hex digits */
export function addSignerCall(contracts: Contracts, signer: { address: Address; consent: string }): Call {
  const given = [signer.address, signer.consent] as const;
  const data = encoder(contracts).encodeFunctionData("addSigner", [...given]);
  return toRegistry(contracts, "addSigner", data);
}

export function revokeSignerCall(contracts: Contracts, signer: Address): Call {
  const data = encoder(contracts).encodeFunctionData("revokeSigner", [signer]);
  return toRegistry(contracts, "revokeSigner", data);
}

/** The registry may take exactly `amount` of the caller's stake token. */
export function approveStakeCall(contracts: Contracts, amount: Wei): Call {
  const { token, deployment } = contracts;
  const data = token.interface.encodeFunctionData("approve", [deployment.operatorRegistry, amount]);
  return { call: "token.approve", to: deployment.token, data, value: 0n };
}

/** Native currency becomes stake token, where that is WETH. */
export function wrapCall({ token, deployment }: Contracts, amount: Wei): Call {
  const data = token.interface.encodeFunctionData("deposit");
  return { call: "token.deposit", to: deployment.token, data, value: amount };
}

/** What a signer signs (EIP-712) to serve an operator: nobody can tie a stranger's key to himself. */
export function signerConsent(
  { deployment }: Contracts,
  operator: Address,
): {
  readonly domain: TypedDataDomain;
  readonly types: Record<string, TypedDataField[]>;
  readonly message: { readonly operator: Address };
} {
  return {
    domain: {
      name: "Onus OperatorRegistry",
      version: "1",
      chainId: deployment.chainId,
      verifyingContract: deployment.operatorRegistry,
    },
    types: { SignerConsent: [{ name: "operator", type: "address" }] },
    message: { operator },
  };
}

const encoder = ({ operators }: Contracts): Contracts["operators"]["interface"] => operators.interface;

const toRegistry = ({ deployment }: Contracts, name: string, data: string): Call => ({
  call: `OperatorRegistry.${name}`,
  to: deployment.operatorRegistry,
  data,
  value: 0n,
});
