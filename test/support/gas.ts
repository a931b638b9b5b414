import { appendRecordedGas } from "../../scripts/check/gas-snapshot.js";

/**
 * Records what a transaction cost under a name of its own, e.g. "submit, 1 record". CI compares with gas-snapshot.json;
 * `UPDATE_SNAPSHOT=1 npm test` writes it. Everything the gas depends on must be fixed: accounts, salts, calldata.
 *
 * @param gasUsed gas as in the receipt, refunds deducted
 */
export function recordGas(name: string, gasUsed: bigint | number): void {
  appendRecordedGas(name, Number(gasUsed));
}
