import { ZERO_ADDRESS } from "../types/address.js";
import type { Address } from "../types/address.js";
import { providerOf } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import type { Deployment } from "./deployment.js";
import { PARTS } from "./parts.js";
import type { PartName } from "./parts.js";

/** The name of a part in the address file. */
const fieldOf = (part: PartName): keyof Deployment & Uncapitalize<PartName> =>
  `${part[0]?.toLowerCase()}${part.slice(1)}` as Uncapitalize<PartName>;

/** How a part of a deployment stands. */
export type PartState = {
  readonly name: string;
  readonly address: Address;
  /**
   * `not-onus`: no Onus answers at its address. `elsewhere`: Onus has this part at another address. `missing`: no code stands
   * there. `other-code`: it was created from code that is not this release's. `absent`: the deployment has no such part.
   */
  readonly state: "stands" | "not-onus" | "elsewhere" | "missing" | "other-code" | "absent";
};

/** Compares every address of a deployment with what Onus says of it, and the code there with this release's. */
export async function checkParts(contracts: Contracts): Promise<readonly PartState[]> {
  const { onus, deployment } = contracts;
  const provider = providerOf(contracts);
  const hasCode = async (at: Address): Promise<boolean> => (await provider.getCode(at)) !== "0x";
  const states: PartState[] = [];
  for (const name of ["onus", "token"] as const) {
    const address = deployment[name];
    states.push({ name, address, state: (await hasCode(address)) ? "stands" : "missing" });
  }
  // Creation code is large: it is loaded when it is asked for.
  const initcodes = (await import("./creation-code.js")).initcodeHashes();
  for (const [index, part] of PARTS.entries()) {
    const name = fieldOf(part);
    const address = deployment[name];
    const said = await onus.partAt(index).catch(() => undefined);
    const state = async (): Promise<PartState["state"]> => {
      if (said === undefined) return "not-onus";
      if (said.part !== address) return "elsewhere";
      if (address === ZERO_ADDRESS) return "absent";
      if (!(await hasCode(address))) return "missing";
      return said.initcodeHash === initcodes[index] ? "stands" : "other-code";
    };
    states.push({ name, address, state: await state() });
  }
  return states;
}
