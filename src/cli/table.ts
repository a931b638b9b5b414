/** Lines of a label and a text, the texts in one column. */
export function table(lines: readonly (readonly [label: string, text: string])[]): string {
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, text]) => `${label.padEnd(width)}  ${text}`.trimEnd()).join("\n");
}

/** Unix seconds as a date; "never" for 0. */
export const formatTime = (seconds: bigint): string =>
  seconds === 0n ? "never" : new Date(Number(seconds) * 1_000).toISOString().replace(".000", "");
