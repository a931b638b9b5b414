import { z } from "zod";

import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";

/** Where the parts of one deployment stand; docs/flows/deployer.md describes the file. */
export type Deployment = {
  readonly chainId: number;
  /** The one address to quote: the others can be read from it. */
  readonly onus: Address;
  readonly token: Address;
  readonly transcendental: Address;
  readonly evaluator: Address;
  readonly referee: Address;
  readonly modelRegistry: Address;
  readonly operatorRegistry: Address;
  readonly claimBook: Address;
  /** Zero: this deployment has none. */
  readonly workbench: Address;
  /** Zero: this deployment has none. */
  readonly inquiry: Address;
  /** Zero: this deployment has none. */
  readonly receiptCourt: Address;
  /** Zero: this deployment has none. */
  readonly standing: Address;
  /** Zero: this deployment has none. */
  readonly lineage: Address;
  /** Block before which no event of it can be. */
  readonly fromBlock: number;
};

const address = z.string().transform((text): Address => parseAddress(text));

const schema = z.object({
  chainId: z.number(),
  onus: address,
  token: address,
  transcendental: address,
  evaluator: address,
  referee: address,
  modelRegistry: address,
  operatorRegistry: address,
  claimBook: address,
  workbench: address,
  inquiry: address,
  receiptCourt: address,
  standing: address,
  lineage: address,
  fromBlock: z.number(),
});

/** Reads the text of an address file; `path` says in errors what was read. */
export function parseDeployment(text: string, path = "the address file"): Deployment {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const [issue] = cause instanceof z.ZodError ? cause.issues : [];
    const problem = issue === undefined ? "it is no JSON" : `${issue.path.join(".")}: ${issue.message}`;
    throw new OnusError("ADDRESS_FILE", { path, problem }, { cause });
  }
}
