import type { Signer } from "ethers";

import { connectContracts } from "../chain/contracts.js";
import type { Contracts } from "../chain/contracts.js";
import { readDeployment } from "../chain/deployment.js";
import { openAccount, openChain } from "../chain/open-account.js";
import type { AccountSource, OpenChain } from "../chain/open-account.js";
import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { NETWORKS } from "./options.js";
import type { Acting, Where } from "./options.js";
import { keystoreSetting, setting, settingName } from "./settings.js";

/** A deployment, and the account that acts on it. */
export type Opened = {
  readonly contracts: Contracts;
  readonly chain: OpenChain;
  readonly signer: Signer;
  readonly address: Address;
};

const LOCAL_NODE = "http://127.0.0.1:8545";

/** A chain, seen to be the one that was named. */
export async function openNamedChain({
  network,
  rpc,
}: Where): Promise<OpenChain & { readonly name: string }> {
  const name = network ?? (rpc === undefined ? "anvil" : hostOf(rpc));
  const url = rpc ?? endpointOf(name);
  const chain = await openChain({ url, name });
  const expected = network === undefined ? undefined : NETWORKS[network];
  if (expected !== undefined && expected !== chain.chainId) {
    throw new OnusError("WRONG_CHAIN", { expected, found: chain.chainId, path: `--network ${network}` });
  }
  return { ...chain, name };
}

/** The endpoint of a chain for a program that connects by itself. */
export async function endpointFor(where: Where): Promise<{ readonly url: string; readonly chainId: number }> {
  const { chainId, close } = await openNamedChain(where);
  close();
  return { url: where.rpc ?? endpointOf(where.network ?? "anvil"), chainId };
}

/** The contracts of a deployment, read without an account. */
export async function openForReading(
  where: Where,
): Promise<{ readonly contracts: Contracts; readonly chain: OpenChain }> {
  const chain = await openNamedChain(where);
  return {
    chain,
    contracts: connectContracts(readDeployment(chain.chainId, where.deployment), chain.provider),
  };
}

/** The contracts of a deployment, called as the account that is named or whose key is set. */
export async function openForActing(acting: Acting): Promise<Opened> {
  const chain = await openNamedChain(acting);
  const deployment = readDeployment(chain.chainId, acting.deployment);
  const { signer, address } = await openAccount(chain, await accountSource(acting, chain.name));
  return { chain, signer, address, contracts: connectContracts(deployment, signer) };
}

/** Where the account comes from: the node, when it is named; else a key of the network, of ONUS_KEY, or of the keystore. */
export async function accountSource({ network, account }: Acting, shownAs: string): Promise<AccountSource> {
  if (account !== undefined) return { kind: "node", address: parseAccount(account) };
  const names = [...(network === undefined ? [] : [settingName(network, "PRIVATE_KEY")]), "ONUS_KEY"];
  for (const look of [setting, keystoreSetting]) {
    for (const name of names) {
      const key = await look(name);
      if (key !== undefined) return { kind: "key", key, name };
    }
  }
  throw new OnusError("KEY_MISSING", { network: shownAs, names: names.join(" or ") });
}

/** What was typed is not repeated when it is no address: it may be a key. */
function parseAccount(text: string): Address {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return parseAddress(text, "--account");
  const found = `${text.length} characters; a key belongs in .env, never on the command line`;
  throw new OnusError("MALFORMED_VALUE", {
    name: "--account",
    expected: "0x and 40 hex digits (20 bytes)",
    found,
  });
}

function endpointOf(network: string): string {
  const name = settingName(network, "RPC_URL");
  const url = setting(name);
  if (url !== undefined) return url;
  if (network === "anvil") return LOCAL_NODE;
  const known = Object.keys(NETWORKS);
  if (known.includes(network)) throw new OnusError("SETTING_MISSING", { name, network });
  throw new OnusError("NETWORK_UNKNOWN", { name: network, known: known.join(", ") });
}

/** Without path and query, which may hold an access key. */
function hostOf(rpc: string): string {
  return URL.canParse(rpc) ? new URL(rpc).host : "--rpc";
}
