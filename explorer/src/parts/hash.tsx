import { useState } from "react";
import { Link } from "react-router";

import { useSettings } from "../api.ts";
import { short } from "../format.ts";

/** Where a thing has its page. */
const PAGES = {
  claim: "/claims/",
  operator: "/operators/",
  model: "/models/",
  session: "/sessions/",
  receipt: "/receipts/",
} as const;

/** What is copied nowhere and linked nowhere has kind "other". */
export type HashKind = keyof typeof PAGES | "account" | "transaction" | "other";

/**
 * A hash or an address: by its name or short, whole when pointed at. What leads nowhere, or is shown whole, has a button that
 * copies it; what leads to a page is copied there.
 */
export function Hash(props: {
  readonly value: string;
  readonly kind: HashKind;
  /** What it is, for whoever listens: "claim", "requester". */
  readonly what?: string;
  readonly label?: string;
  readonly whole?: boolean;
}) {
  const { value, kind, what = kind === "other" ? "hash" : kind, label, whole = false } = props;
  const { names } = useSettings();
  const name = names[value.toLowerCase()];
  const text = label ?? (whole ? value : (name ?? short(value)));
  const page = kind in PAGES ? PAGES[kind as keyof typeof PAGES] : undefined;
  const to = page === undefined ? (kind === "account" ? `/search?q=${value}` : undefined) : page + value;
  return (
    <span className="hash">
      {(kind === "operator" || kind === "account") && <Chip of={value} />}
      {to === undefined ? (
        <code title={value}>{text}</code>
      ) : (
        <Link to={to} title={value}>
          {text === name ? name : <code>{text}</code>}
        </Link>
      )}
      {(whole || to === undefined) && <Copy value={value} what={what} />}
    </span>
  );
}

/** A colour and a form of its own for every address, so that one sees which are the same. */
function Chip({ of }: { readonly of: string }) {
  const bits = Number.parseInt(of.slice(2, 8), 16);
  const hue = bits % 360;
  return <span aria-hidden="true" className="chip" style={{ background: `oklch(0.68 0.13 ${hue})` }} />;
}

export function Copy({ value, what }: { readonly value: string; readonly what: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <button
      type="button"
      className="copy"
      aria-label={isCopied ? "copied" : `copy ${what} ${short(value)}`}
      onClick={() => void copy()}
    >
      <svg viewBox="0 0 16 16" width="13" height="13" aria-hidden="true">
        {isCopied ? (
          <path d="M3 8.5 6.5 12 13 4.5" fill="none" stroke="currentColor" strokeWidth="2" />
        ) : (
          <path
            d="M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.4"
            strokeLinejoin="round"
          />
        )}
      </svg>
    </button>
  );
}
