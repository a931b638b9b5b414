import type { Future } from "@nomicfoundation/ignition-core";
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import type { Parameters } from "../src/chain/parameters.js";

/** Creation code of the parts by their index in Onus.sol. */
export type Initcodes = readonly string[];

export const PARTS = [
  "Transcendental",
  "Evaluator",
  "Referee",
  "ModelRegistry",
  "OperatorRegistry",
  "ClaimBook",
  "Workbench",
  "Inquiry",
  "ReceiptCourt",
  "Standing",
  "Lineage",
] as const;

/**
 * A whole deployment: the stake token where none is given, Onus, then each part through `Onus.deploy` in its own
 * transaction. Resumable: a part that stands already is left alone.
 */
export function onusModule(args: {
  parameters: Parameters;
  initcodes: Initcodes;
  hash: (code: string) => string;
}) {
  const { parameters, initcodes, hash } = args;
  return buildModule("Onus", (m) => {
    const token =
      parameters.token === "local"
        ? m.contract("WrappedEther")
        : m.contractAt("IERC20", parameters.token, { id: "Token" });
    const { chainId: _, ...given } = parameters;
    const hashes = initcodes.map((code) => hash(code));
    const onus = m.contract("Onus", [{ ...given, token }, hashes]);
    let previous: Future[] = [];
    for (const [index, code] of initcodes.entries()) {
      const id = `deploy_${PARTS[index] ?? index}`;
      previous = [m.call(onus, "deploy", [index, code], { id, after: previous })];
    }
    return { onus, token };
  });
}
