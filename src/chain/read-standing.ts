import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import { requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";

/** What was stood for, in wei × seconds of liability, halved with every half-life since it was decided. */
export type Standing = {
  /** Of claims that became FINAL. */
  readonly finalized: bigint;
  /** Of claims that became FAULTED. */
  readonly faulted: bigint;
};

/** At a block (the newest), as far as claims were noted. */
export async function readStanding(
  contracts: Contracts,
  of: { readonly operator: Address } | { readonly modelId: Bytes32 },
  block?: number,
): Promise<Standing> {
  requirePart(contracts, "standing");
  const { standing } = contracts;
  const at = block === undefined ? {} : { blockTag: block };
  const { finalized, faulted } =
    "operator" in of
      ? await standing.standingOf(of.operator, at)
      : await standing.standingOfModel(of.modelId, at);
  return { finalized, faulted };
}
