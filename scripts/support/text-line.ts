import { fileURLToPath } from "node:url";

import { GlobalFonts, createCanvas } from "@napi-rs/canvas";
import type { Canvas } from "@napi-rs/canvas";

/** Pixels of a line as the recogniser takes it. */
export const LINE = { height: 48, width: 320 } as const;

const FAMILY = "Onus Line";

/** Draws a line of text, black on white, as large as fits with a margin. */
export function drawLine(text: string): Canvas {
  if (!GlobalFonts.has(FAMILY)) {
    const font = new URL("../ttf/DejaVuSans.ttf", import.meta.resolve("dejavu-fonts-ttf/package.json"));
    GlobalFonts.registerFromPath(fileURLToPath(font), FAMILY);
  }
  const canvas = createCanvas(LINE.width, LINE.height);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, LINE.width, LINE.height);
  context.fillStyle = "black";
  context.textBaseline = "middle";
  let size = 34;
  do context.font = `${size--}px "${FAMILY}"`;
  while (context.measureText(text).width > LINE.width - 16);
  context.fillText(text, 8, LINE.height / 2);
  return canvas;
}

/**
 * The recogniser's input for a line of text: [1, 3, 48, 320], f32, channels blue, green, red, (v / 255 - 0.5) / 0.5.
 */
export function drawTextLine(text: string): Float32Array {
  const { data } = drawLine(text).getContext("2d").getImageData(0, 0, LINE.width, LINE.height);
  const pixels = LINE.width * LINE.height;
  const input = new Float32Array(3 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = data[4 * pixel + (2 - channel)] as number;
      input[channel * pixels + pixel] = Math.fround((value / 255 - 0.5) / 0.5);
    }
  }
  return input;
}
