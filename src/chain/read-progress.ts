import { getCreateAddress } from "ethers";
import type { Provider } from "ethers";

import { IOnus__factory } from "../../typechain-types/factories/interfaces/IOnus__factory.js";
import { parseAddress, ZERO_ADDRESS } from "../types/address.js";
import type { Address } from "../types/address.js";
import type { IOnus } from "../../typechain-types/index.js";
import { initcodeHashes } from "./creation-code.js";
import type { Deployment } from "./deployment.js";
import type { Parameters } from "./parameters.js";
import { PARTS } from "./parts.js";
import type { PartName } from "./parts.js";

/** In what the Onus at an address differs from the one that these parameters and this release make; [] = in nothing. */
export async function differencesOf(
  provider: Provider,
  at: Address,
  parameters: Parameters,
): Promise<readonly string[]> {
  const onus = IOnus__factory.connect(at, provider);
  const expected = initcodeHashes();
  const count = Number(await onus.partCount());
  if (count !== expected.length) return [`it has ${count} parts, expected ${expected.length}`];
  const hashes = await Promise.all(expected.map(async (_hash, index) => (await onus.partAt(index))[1]));
  const differences = hashes.flatMap((hash, index) =>
    hash === expected[index] ? [] : [`${PARTS[index]} has other code`],
  );
  const stated = (await onus.parameters()) as unknown as Readonly<Record<string, unknown>>;
  const { chainId: _, tokenSymbol: __, token, ...values } = parameters;
  const wanted = { ...values, ...(token === "local" ? {} : { token }) };
  for (const [name, value] of Object.entries(wanted)) {
    if (String(stated[name]) === String(value)) continue;
    differences.push(`${name} is ${String(stated[name])}, expected ${String(value)}`);
  }
  return differences;
}

/** The addresses of a deployment, as its Onus tells them. */
export async function readAddresses(
  provider: Provider,
  at: Address,
  { chainId, fromBlock }: { chainId: number; fromBlock: number },
): Promise<Deployment> {
  const onus = IOnus__factory.connect(at, provider);
  const partAt = async (name: PartName): Promise<Address> =>
    parseAddress((await onus.partAt(PARTS.indexOf(name)))[0]);
  return {
    chainId,
    onus: at,
    token: parseAddress((await onus.parameters()).token),
    transcendental: await partAt("Transcendental"),
    evaluator: await partAt("Evaluator"),
    referee: await partAt("Referee"),
    modelRegistry: await partAt("ModelRegistry"),
    operatorRegistry: await partAt("OperatorRegistry"),
    claimBook: await partAt("ClaimBook"),
    workbench: await partAt("Workbench"),
    inquiry: await partAt("Inquiry"),
    receiptCourt: await partAt("ReceiptCourt"),
    standing: await partAt("Standing"),
    lineage: await partAt("Lineage"),
    fromBlock,
  };
}

/** `Onus.nextPart`, and whether every part before it holds code. */
export async function readProgress(
  provider: Provider,
  at: Address,
): Promise<{ readonly nextPart: number; readonly isComplete: boolean }> {
  const onus: IOnus = IOnus__factory.connect(at, provider);
  const nextPart = Number(await onus.nextPart());
  if (nextPart < PARTS.length) return { nextPart, isComplete: false };
  const places = await Promise.all(PARTS.map(async (_name, index) => (await onus.partAt(index))[0]));
  const codes = await Promise.all(
    places.filter((place) => place !== ZERO_ADDRESS).map((place) => provider.getCode(place)),
  );
  return { nextPart, isComplete: codes.every((code) => code !== "0x") };
}

/** The block in which a contract came to stand; 0 where the node does not remember that far. */
export async function creationBlockOf(provider: Provider, at: Address): Promise<number> {
  let [low, high] = [0, await provider.getBlockNumber()];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const code = await provider.getCode(at, middle).catch(() => undefined);
    if (code === undefined) return 0;
    if (code === "0x") low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Creations of an account that are looked through for a deployment nobody wrote down. */
const LOOK_BACK = 64;

/** An Onus that this account made the same way earlier; the newest, if there are several. */
export async function searchOnus(
  provider: Provider,
  from: Address,
  parameters: Parameters,
): Promise<Address | undefined> {
  const next = await provider.getTransactionCount(from, "latest");
  const nonces = Array.from({ length: Math.min(next, LOOK_BACK) }, (_, back) => next - 1 - back);
  const places = nonces.map((nonce) => parseAddress(getCreateAddress({ from, nonce })));
  const codes = await Promise.all(places.map((place) => provider.getCode(place)));
  for (const place of places.filter((_place, i) => codes[i] !== "0x")) {
    const differences = await differencesOf(provider, place, parameters).catch(() => ["no Onus"]);
    if (differences.length === 0) return place;
  }
  return undefined;
}
