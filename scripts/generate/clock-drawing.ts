import { mkdirSync, writeFileSync } from "node:fs";

import { readParameters } from "../../src/chain/parameters.js";
import { formatted } from "./formatted.js";
import type { Generator } from "./generators.js";

const OUT = "docs/images/clocks.svg";

/** Pixels. */
const LEFT = 165;
const WIDTH = 770;
const ROW = 74;
const BAR = 26;

type Bar = { readonly from: number; readonly hours: number; readonly colour: string; readonly label: string };
type Lane = {
  readonly name: readonly string[];
  readonly bars: readonly Bar[];
  /** What happens at an hour, written below the bars. */
  readonly marks: readonly {
    readonly at: number;
    readonly says: string;
    readonly anchor?: "end" | "start";
  }[];
};

const COLOUR = {
  window: "#9fb8d8",
  operator: "#e0a96d",
  challenger: "#8fbf9f",
  extension: "#d9cf8f",
  proof: "#c3a6d1",
  slack: "#dddddd",
};

/** How long what takes, drawn to scale for the parameters of an L2. */
export const generator: Generator = {
  name: "clock-drawing",
  outputs: [OUT],
  run: async () => {
    const { minWindow, clock, clockExtension, proofTime } = readParameters(
      "deploy/parameters/baseSepolia.json",
    );
    const hours = (seconds: bigint): number => Number(seconds) / 3_600;
    const drawing = draw(
      lanes({
        window: hours(minWindow),
        clock: hours(clock),
        extension: hours(clockExtension),
        proof: hours(proofTime),
      }),
    );
    mkdirSync("docs/images", { recursive: true });
    writeFileSync(OUT, await formatted(drawing, "docs/images/clocks.html"));
  },
};

function lanes({
  window,
  clock,
  extension,
  proof,
}: Record<"window" | "clock" | "extension" | "proof", number>) {
  const bar = (from: number, length: number, kind: keyof typeof COLOUR, label = ""): Bar => ({
    ...{ from, hours: length, colour: COLOUR[kind], label },
  });
  const hardEnd = window + 2 * clock + 32 * extension + proof;

  // An ordinary dispute: five questions, answered within hours, and a proof.
  const turns: Bar[] = [];
  const [asked, answered, thought] = [18, 3, 1.5];
  let at = asked;
  for (let question = 1; question <= 5; question++) {
    turns.push(bar(at, answered, "operator"), bar(at + answered, thought, "challenger"));
    at += answered + thought;
  }
  const ordinary: Lane = {
    name: ["an ordinary dispute:", "5 questions, then a proof"],
    bars: [bar(0, asked, "window", "window"), ...turns, bar(at, window - at, "window")],
    marks: [
      { at: asked, says: "first question", anchor: "end" },
      {
        at,
        says: `FAULTED after ${at} h: ${5 * answered} h of the operator's clock, ${5 * thought} h of the challenger's`,
      },
    ],
  };
  const silent: Lane = {
    name: ["silence, from the", "window's last second on"],
    bars: [bar(0, window, "window", "window"), bar(window, clock, "operator", "operator's clock")],
    marks: [
      { at: window, says: "asked", anchor: "end" },
      { at: window + clock, says: `FAULTED after ${window + clock} h, poked by anybody` },
    ],
  };
  const parts: [number, keyof typeof COLOUR, string][] = [
    [window, "window", "window"],
    [clock, "operator", "operator's clock"],
    [clock, "challenger", "challenger's clock"],
    [29 * extension, "extension", `29 × ${extension} h`],
    [proof, "proof", "proof time"],
    [3 * extension, "slack", ""],
  ];
  let from = 0;
  const bars = parts.map(([length, kind, label]) => {
    from += length;
    return bar(from - length, length, kind, label);
  });
  const longest: Lane = {
    name: ["every second of", "every turn is used"],
    bars,
    marks: [
      { at: window, says: "asked" },
      { at: window + 2 * clock + 29 * extension, says: "16th answer", anchor: "end" },
      { at: hardEnd, says: `hard end: ${hardEnd} h`, anchor: "end" },
    ],
  };
  return { all: [ordinary, silent, longest], end: hardEnd };
}

function draw({ all, end }: { all: readonly Lane[]; end: number }): string {
  const x = (hours: number): string => (LEFT + (hours * WIDTH) / end).toFixed(1);
  const height = 60 + ROW * all.length;
  const text = (at: string, y: number, words: string, more = ""): string =>
    `<text x="${at}" y="${y}" ${more}>${words.replaceAll("&", "&amp;")}</text>`;
  const lanes = all.map(({ name, bars, marks }, row) => {
    const y = 20 + ROW * row;
    const names = name.map((line, i) => text("10", y + 12 + 14 * i, line));
    const drawn = bars.map(({ from, hours, colour, label }) => {
      const width = ((hours * WIDTH) / end).toFixed(1);
      const middle = x(from + hours / 2);
      const box = `<rect x="${x(from)}" y="${y}" width="${width}" height="${BAR}" fill="${colour}" stroke="#555" stroke-width="0.6"/>`;
      return label === "" ? box : box + text(middle, y + 17, label, 'text-anchor="middle"');
    });
    const marked = marks.map(({ at, says, anchor = "start" }) => {
      const line = `<line x1="${x(at)}" x2="${x(at)}" y1="${y - 4}" y2="${y + BAR + 8}" stroke="#333"/>`;
      const shift = anchor === "end" ? -4 : 4;
      const place = (Number(x(at)) + shift).toFixed(1);
      return line + text(place, y + BAR + 16, says, `text-anchor="${anchor}"`);
    });
    return [...names, ...drawn, ...marked].join("\n");
  });
  const axis = Array.from({ length: Math.floor(end / 24) + 1 }, (_, day) => {
    const at = x(24 * day);
    const y = height - 34;
    return `<line x1="${at}" x2="${at}" y1="${y}" y2="${y + 6}" stroke="#333"/>${text(at, y + 20, `${day} d`, 'text-anchor="middle"')}`;
  });
  const base = `<line x1="${x(0)}" x2="${x(end)}" y1="${height - 34}" y2="${height - 34}" stroke="#333"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 30} ${height}" font-family="DejaVu Sans, sans-serif" font-size="11" role="img">
<title>The clocks of an inquiry, to scale</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${lanes.join("\n")}
${base}
${axis.join("\n")}
</svg>
`;
}
