import type { Provider } from "ethers";

import { tokenCreationCode } from "../../src/chain/creation-code.js";
import type { Deployment } from "../../src/chain/deployment.js";
import { PARTS } from "../../src/chain/parts.js";
import type { Address } from "../../src/types/address.js";
import { IOnus__factory } from "../../typechain-types/index.js";

/** A contract as an explorer is told of it. */
export type DeployedContract = {
  readonly address: Address;
  /** "contracts/Onus.sol:Onus" */
  readonly contract: string;
  readonly constructorArgs: readonly unknown[];
};

/** Every contract of a deployment that was made from sources here; a token from elsewhere is not. */
export async function contractsOf(
  provider: Provider,
  deployment: Deployment,
): Promise<readonly DeployedContract[]> {
  const onus = IOnus__factory.connect(deployment.onus, provider);
  const parts = await Promise.all(PARTS.map((_name, index) => onus.partAt(index)));
  const given = [[...(await onus.parameters())], parts.map(([, initcodeHash]) => initcodeHash)];
  const isOurs =
    (await provider.call({ data: tokenCreationCode })) === (await provider.getCode(deployment.token));
  const token: DeployedContract = {
    ...{ address: deployment.token, constructorArgs: [] },
    contract: "contracts/examples/WrappedEther.sol:WrappedEther",
  };
  return [
    ...(isOurs ? [token] : []),
    { address: deployment.onus, contract: "contracts/Onus.sol:Onus", constructorArgs: given },
    ...PARTS.map((name, index): DeployedContract => {
      const address = parts[index]?.[0] as Address;
      return { address, contract: `contracts/${name}.sol:${name}`, constructorArgs: [] };
    }),
  ];
}
