/**
 * The parts of a deployment by their index in Onus.sol, each the name of its contract. The only list of them:
 * whoever adds a part adds its creation code in creation-code.ts and its address in
 * deployment.ts and read-progress.ts.
 */
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

export type PartName = (typeof PARTS)[number];
