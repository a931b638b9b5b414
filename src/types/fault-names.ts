/** Names of contracts/types/Fault.sol, the first of code 1: code 0 is no fault. */
const FAULTS = ["Element", "OutputRoot", "Padding", "AbsentNode", "Silence"] as const;
const RECEIPT_FAULTS = ["Equivocation", "NonInclusion"] as const;

export type FaultName = (typeof FAULTS)[number];
export type ReceiptFaultName = (typeof RECEIPT_FAULTS)[number];

export const FAULT_NAMES: readonly FaultName[] = FAULTS;

/** Undefined for codes that no fault has. */
export const faultNamed = (code: number): FaultName | undefined => FAULTS[code - 1];
export const receiptFaultNamed = (code: number): ReceiptFaultName | undefined => RECEIPT_FAULTS[code - 1];
