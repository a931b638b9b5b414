/** What a terminal obeys or hides instead of showing it: control and format characters, among them those that turn the direction. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** As JSON escapes them, so that what was JSON stays the same JSON. */
const escaped = (hidden: string): string =>
  hidden
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

/** Text of a stranger's for a person: nothing in it acts on the terminal. Its lines stay lines. */
export const visibleText = (text: string): string =>
  text.replace(HIDDEN, (hidden) => (hidden === "\n" ? hidden : escaped(hidden)));

/** The same on one line: it cannot pass for a second one. */
export const visibleLine = (text: string): string => text.replace(HIDDEN, escaped);
