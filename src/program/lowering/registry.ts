import { constantLowerings } from "./constant.js";
import { controlLowerings } from "./control.js";
import { convolutionLowerings } from "./convolution.js";
import { einsumLowerings } from "./einsum.js";
import { gridSampleLowerings } from "./grid-sample.js";
import { indexingLowerings } from "./indexing.js";
import { lossLowerings } from "./loss.js";
import { matmulLowerings } from "./matmul.js";
import { movementLowerings } from "./movement.js";
import { normalizationLowerings } from "./normalization.js";
import { pointwiseLowerings } from "./pointwise.js";
import { poolLowerings } from "./pool.js";
import { positionLowerings } from "./position.js";
import { powerLowerings } from "./power.js";
import { quantizedLowerings } from "./quantized.js";
import { recurrentLowerings } from "./recurrent.js";
import { reductionLowerings } from "./reduction.js";
import { resizeLowerings } from "./resize.js";
import { sequenceLowerings } from "./sequence.js";
import type { Lowering } from "./scope.js";

/** Every operator of the standard domain that the importer lowers; the table of supported operators is made from it. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  ...constantLowerings,
  ...controlLowerings,
  ...convolutionLowerings,
  ...einsumLowerings,
  ...gridSampleLowerings,
  ...indexingLowerings,
  ...lossLowerings,
  ...matmulLowerings,
  ...movementLowerings,
  ...normalizationLowerings,
  ...pointwiseLowerings,
  ...poolLowerings,
  ...positionLowerings,
  ...powerLowerings,
  ...quantizedLowerings,
  ...recurrentLowerings,
  ...reductionLowerings,
  ...resizeLowerings,
  ...sequenceLowerings,
};
