import { keccak256 } from "ethers";

import { WrappedEther__factory } from "../../typechain-types/factories/examples/WrappedEther__factory.js";
import { ClaimBook__factory } from "../../typechain-types/factories/ClaimBook__factory.js";
import { Evaluator__factory } from "../../typechain-types/factories/Evaluator__factory.js";
import { Inquiry__factory } from "../../typechain-types/factories/Inquiry__factory.js";
import { Lineage__factory } from "../../typechain-types/factories/Lineage__factory.js";
import { ModelRegistry__factory } from "../../typechain-types/factories/ModelRegistry__factory.js";
import { Onus__factory } from "../../typechain-types/factories/Onus__factory.js";
import { OperatorRegistry__factory } from "../../typechain-types/factories/OperatorRegistry__factory.js";
import { ReceiptCourt__factory } from "../../typechain-types/factories/ReceiptCourt__factory.js";
import { Referee__factory } from "../../typechain-types/factories/Referee__factory.js";
import { Standing__factory } from "../../typechain-types/factories/Standing__factory.js";
import { Transcendental__factory } from "../../typechain-types/factories/Transcendental__factory.js";
import { Workbench__factory } from "../../typechain-types/factories/Workbench__factory.js";
import type { Address } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Parameters } from "./parameters.js";
import { PARTS } from "./parts.js";
import type { PartName } from "./parts.js";

/**
 * Creation code travels with the package, in the generated factories, so that deploying needs no compiler. Half a
 * megabyte: whoever only reads a deployment does not import this file.
 */
export const partCreationCode: Readonly<Record<PartName, string>> = {
  Transcendental: Transcendental__factory.bytecode,
  Evaluator: Evaluator__factory.bytecode,
  Referee: Referee__factory.bytecode,
  ModelRegistry: ModelRegistry__factory.bytecode,
  OperatorRegistry: OperatorRegistry__factory.bytecode,
  ClaimBook: ClaimBook__factory.bytecode,
  Workbench: Workbench__factory.bytecode,
  Inquiry: Inquiry__factory.bytecode,
  ReceiptCourt: ReceiptCourt__factory.bytecode,
  Standing: Standing__factory.bytecode,
  Lineage: Lineage__factory.bytecode,
};

/** What Onus is told about its parts. */
export const initcodeHashes = (): readonly Bytes32[] =>
  PARTS.map((name) => asBytes32(keccak256(partCreationCode[name])));

export const tokenCreationCode: string = WrappedEther__factory.bytecode;

/** Creation code of Onus with the constructor's arguments behind it. */
export function onusCreationCode(parameters: Parameters, token: Address): string {
  const calls = Onus__factory.createInterface();
  return Onus__factory.bytecode + calls.encodeDeploy([{ ...parameters, token }, initcodeHashes()]).slice(2);
}
