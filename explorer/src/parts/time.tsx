import { useEffect, useState } from "react";

import { ago, date } from "../format.ts";

/** Unix seconds, to the second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Math.floor(Date.now() / 1_000));
  useEffect(() => {
    const timer = setInterval(() => setNow(Math.floor(Date.now() / 1_000)), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Relative, and absolute: below it, or for whoever points at it where there is little room. */
export function Time({ at, whole = false }: { readonly at: number; readonly whole?: boolean }) {
  const now = useNow();
  const exact = date(at);
  return (
    <time dateTime={new Date(at * 1_000).toISOString()} title={exact}>
      {ago(at, now)}
      {whole ? <span className="soft"> · {exact}</span> : <span className="hidden">, {exact}</span>}
    </time>
  );
}
