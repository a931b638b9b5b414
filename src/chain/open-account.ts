import { JsonRpcSigner, Wallet } from "ethers";
import type { JsonRpcProvider, Signer } from "ethers";

import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { openProvider } from "./open-provider.js";

/** A chain whose node has answered. */
export type OpenChain = {
  readonly provider: JsonRpcProvider;
  readonly chainId: number;
  /** Frees its timers; a program that ends does not need it. */
  close(): void;
};

/** Who acts: a private key of one's own, or an account that the node holds unlocked. */
export type AccountSource =
  | {
      readonly kind: "key";
      /** 0x and 64 hex digits. Appears in no error and no result. */
      readonly key: string;
      /** What holds it, for errors: "ONUS_KEY". */
      readonly name: string;
    }
  | { readonly kind: "node"; readonly address: Address };

/**
 * Connects to a node that answers.
 *
 * @param at.url HTTP endpoint for JSON-RPC; it may hold an access key, so errors never repeat it
 * @param at.name what errors call the network
 */
export async function openChain({ url, name }: { url: string; name: string }): Promise<OpenChain> {
  const provider = await openProvider(url, name);
  const { chainId } = await provider.getNetwork();
  return { provider, chainId: Number(chainId), close: () => provider.destroy() };
}

/** An account on an open chain. What is sent through the signer is signed here, or by the node that holds the key. */
export async function openAccount(
  { provider }: OpenChain,
  source: AccountSource,
): Promise<{ readonly signer: Signer; readonly address: Address }> {
  if (source.kind === "key") {
    const signer = new Wallet(requireKey(source), provider);
    return { signer, address: parseAddress(signer.address) };
  }
  const { address } = source;
  const held = (await provider.send("eth_accounts", [])) as string[];
  if (!held.some((account) => account.toLowerCase() === address.toLowerCase())) {
    throw new OnusError("ACCOUNT_LOCKED", { account: address, count: held.length });
  }
  return { signer: new JsonRpcSigner(provider, address), address };
}

/** A key without its owner's name would be a stranger's: only the form is checked, and only the form is told. */
function requireKey({ key, name }: { key: string; name: string }): string {
  if (/^0x[0-9a-fA-F]{64}$/.test(key) && !/^0x0{64}$/.test(key)) return key;
  throw new OnusError("KEY_MALFORMED", { name, length: key.length });
}
