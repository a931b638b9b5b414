/** Numbers, amounts and times as people read them; every amount carries its unit. */

const WEI = 10n ** 18n;
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const absolute = new Intl.DateTimeFormat("en-GB", {
  ...{
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  },
  timeZone: "UTC",
});

export const count = (value: number): string => whole.format(value);

/** So many digits that something is seen of every amount. */
export function significant(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e15 || size < 1e-6) return value.toExponential(2);
  return new Intl.NumberFormat(
    "en",
    size >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  ).format(value);
}

/** Wei as a number of whole units, for charts. */
export const units = (wei: string): number => Number((BigInt(wei) * 1_000_000n) / WEI) / 1e6;

export function amount(wei: string, unit: string): string {
  const value = BigInt(wei);
  if (value !== 0n && value < 10n ** 12n) return `${whole.format(Number(value))} wei`;
  return `${significant(Number(value) / 1e18)} ${unit}`;
}

/** Wei × seconds as units × hours. */
export const unitHours = (value: string | number): number => Number(value) / 1e18 / 3_600;
export const standing = (value: string | number, unit: string): string =>
  `${significant(unitHours(value))} ${unit}·h`;

/** A decayed sum, at another time than that for which it was written down. */
export const decayed = (value: string, at: number, now: number, halfLife: number): number =>
  halfLife > 0 && at > 0 ? Number(value) * 2 ** (-Math.max(0, now - at) / halfLife) : Number(value);

export const percent = (part: number): string => `${significant(100 * part)} %`;

/** 48 h, 3.5 d, 30 s */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  const as = (per: number, unit: string): string =>
    `${Number((seconds / per).toFixed(size >= 10 * per ? 0 : 1))} ${unit}`;
  if (size >= 2 * 86_400) return as(86_400, "d");
  if (size >= 2 * 3_600) return as(3_600, "h");
  if (size >= 120) return as(60, "min");
  return `${Math.round(seconds)} s`;
}

export function ago(time: number, now: number): string {
  const passed = now - time;
  if (Math.abs(passed) < 2) return "now";
  return passed >= 0 ? `${duration(passed)} ago` : `in ${duration(-passed)}`;
}

export const date = (time: number): string => `${absolute.format(time * 1_000)} UTC`;

/** 0x1234…abcd */
export const short = (hash: string): string =>
  hash.length > 14 ? `${hash.slice(0, 6)}…${hash.slice(-4)}` : hash;

/** "SessionOpened" → "session opened" */
export const sentence = (name: string): string =>
  name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

/** A value of a tensor, in the fewest digits that no other binary32 has. */
export function element(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (Number.isInteger(value)) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const near = Number(value.toPrecision(digits));
    if (Math.fround(near) === value) return String(near);
  }
  return String(Number(value.toPrecision(9)));
}
