import { constantLowerings } from "./constant.js";
import { convolutionLowerings } from "./convolution.js";
import { matmulLowerings } from "./matmul.js";
import { movementLowerings } from "./movement.js";
import { normalizationLowerings } from "./normalization.js";
import { pointwiseLowerings } from "./pointwise.js";
import { poolLowerings } from "./pool.js";
import { reductionLowerings } from "./reduction.js";
import type { Lowering } from "./scope.js";

/** Every operator of the standard domain that the importer lowers; the table of supported operators is made from it. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  ...constantLowerings,
  ...convolutionLowerings,
  ...matmulLowerings,
  ...movementLowerings,
  ...normalizationLowerings,
  ...pointwiseLowerings,
  ...poolLowerings,
  ...reductionLowerings,
};
