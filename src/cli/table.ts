import { visibleLine } from "../types/visible-text.js";

/** Lines of a label and a text, the texts in one column. */
export function table(lines: readonly (readonly [label: string, text: string])[]): string {
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, text]) => `${label.padEnd(width)}  ${visibleLine(text)}`.trimEnd()).join("\n");
}

/** Unix seconds as a date; "never" for 0. */
export const formatTime = (seconds: bigint): string =>
  seconds === 0n ? "never" : new Date(Number(seconds) * 1_000).toISOString().replace(".000", "");

/** Rows of texts, each column as wide as its widest. */
export function columns(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(visibleLine));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
