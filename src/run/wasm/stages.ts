import type { Kernel } from "../../program/kernel.js";
import { laneForm } from "./form.js";
import type { Weights } from "./form.js";
import { productForm } from "./product-form.js";
import { productStages } from "./product-stage.js";
import { laneStage } from "./stage.js";
import type { Stage } from "./stage.js";

/** The stages of a normalized kernel: tiles where it sums products, lanes everywhere else. */
export function stagesOf(kernel: Kernel, weights: Weights): readonly Stage[] {
  const product = productForm(kernel, weights);
  return product === undefined ? [laneStage(laneForm(kernel, weights))] : productStages(product);
}
