import { createRequire } from "node:module";

import { GlobalFonts, createCanvas } from "@napi-rs/canvas";

import type { Pixels } from "./ocr.js";

const font = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
GlobalFonts.registerFromPath(font, "DejaVu Sans");

/** A line of text, black on white, as large as it fits. */
export function drawTextLine(text: string, width: number, height: number): Pixels {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "black";
  context.textBaseline = "middle";
  let size = Math.floor(height * 0.7);
  do context.font = `${size--}px "DejaVu Sans"`;
  while (context.measureText(text).width > width - 16);
  context.fillText(text, 8, height / 2);
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, data };
}
