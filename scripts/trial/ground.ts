import { keccak256, Interface } from "ethers";
import { artifacts } from "hardhat";

import { PARTS } from "../../src/chain/parts.js";
import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import type { Deployment } from "../../src/chain/deployment.js";
import { readParameters } from "../../src/chain/parameters.js";
import type { Parameters } from "../../src/chain/parameters.js";
import { asAddress, ZERO_ADDRESS } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { IOnus__factory, Onus__factory } from "../../typechain-types/index.js";
import { Account } from "./account.js";
import { Chain } from "./chain.js";

/** Creation code by the name of a part, in place of what stands in contracts/. */
export type Replacements = Readonly<Record<string, string>>;

/** A chain with one deployment, to which every case comes back. */
export type Ground = {
  readonly chain: Chain;
  readonly deployment: Deployment;
  readonly parameters: Parameters;
  /** Called as an account. */
  readonly as: (account: Address) => Party;
};

const DEPLOYER = asAddress("0x00000000000000000000000000000000000000d1");
const RICH = 10n ** 27n;

/** Times and prices of the second-layer default, on a chain of our own with a token of our own. */
export const trialParameters = (): Parameters => ({
  ...readParameters("deploy/parameters/baseSepolia.json"),
  chainId: 31337,
  token: "local",
});

export async function deployGround(replacements: Replacements = {}): Promise<Ground> {
  const chain = await Chain.create();
  const parameters = trialParameters();
  await chain.setBalance(DEPLOYER, RICH);
  const codeOf = async (name: string): Promise<string> =>
    replacements[name] ?? (await artifacts.readArtifact(name)).bytecode;
  const create = async (data: string): Promise<Address> => {
    const { created, succeeded } = await chain.send({ from: DEPLOYER, data });
    if (!succeeded || created === undefined) throw new Error("a contract of the trial was not created");
    return asAddress(created);
  };

  const token = await create(await codeOf("WrappedEther"));
  const codes: string[] = [];
  for (const name of PARTS) codes.push(await codeOf(name));
  const hashes = codes.map((code) => keccak256(code));
  const { chainId, ...given } = parameters;
  const onusCode = await codeOf("Onus");
  const onus = await create(onusCode + constructorArguments([{ ...given, token }, hashes]));
  const calls = IOnus__factory.createInterface();
  for (const [index, code] of codes.entries()) {
    const data = calls.encodeFunctionData("deploy", [index, code]);
    const { succeeded } = await chain.send({ from: DEPLOYER, to: onus, data });
    if (!succeeded) throw new Error(`part ${PARTS[index] ?? index} was not created`);
  }
  const part = (index: number): Promise<Address> => partAt(chain, onus, calls, index);
  const deployment: Deployment = {
    chainId,
    onus,
    token,
    transcendental: await part(0),
    evaluator: await part(1),
    referee: await part(2),
    modelRegistry: await part(3),
    operatorRegistry: await part(4),
    claimBook: await part(5),
    workbench: await part(6),
    inquiry: await part(7),
    receiptCourt: await part(8),
    standing: await part(9),
    lineage: await part(10),
    fromBlock: 0,
  };
  await chain.keep();
  return { chain, deployment, parameters, as: knownParties(chain, deployment) };
}

type Party = { readonly account: Account; readonly contracts: Contracts };

/** Connecting takes as long as dozens of transactions. */
function knownParties(chain: Chain, deployment: Deployment): (address: Address) => Party {
  const known = new Map<Address, Party>();
  return (address) => {
    const party = known.get(address);
    if (party !== undefined) return party;
    const account = new Account(chain, address);
    const made = { account, contracts: connectContracts(deployment, account) };
    known.set(address, made);
    return made;
  };
}

const constructorArguments = (values: readonly unknown[]): string =>
  new Interface(Onus__factory.abi).encodeDeploy([...values]).slice(2);

async function partAt(chain: Chain, onus: Address, calls: Interface, index: number): Promise<Address> {
  const answer = await chain.read(onus, calls.encodeFunctionData("partAt", [index]));
  const [part] = calls.decodeFunctionResult("partAt", answer) as unknown as [string];
  return part === ZERO_ADDRESS ? ZERO_ADDRESS : asAddress(part);
}
