/** The path of every value of a JSON that holds no other: `claim.id`, `list.0.name`. */
export function leavesOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, path === "" ? key : `${path}.${key}`),
  );
}

/** The JSON with one leaf changed into another value of its kind; `salt` chooses which character of a long one. */
export function changedLeaf(json: object, leaf: string, salt: number): object {
  const changed = structuredClone(json) as Record<string, unknown>;
  const keys = leaf.split(".");
  const last = keys.pop() as string;
  let at: Record<string, unknown> = changed;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  at[last] = other(at[last], salt);
  return changed;
}

function other(value: unknown, salt: number): unknown {
  if (value === null) return 1;
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  const text = value as string;
  if (text === "") return "x";
  // Within a hash or an amount a digit; its case stays, or a checksum alone would tell.
  const at = text.startsWith("0x") ? 2 + (salt % Math.max(1, text.length - 2)) : salt % text.length;
  const digit = text[at] ?? "";
  const next = /[0-8]/.test(digit)
    ? String(Number(digit) + 1)
    : digit === "9"
      ? "1"
      : digit === "a"
        ? "b"
        : "a";
  return text.slice(0, at) + next + text.slice(at + 1);
}
