import { percent } from "../format.ts";

/** How much of something is taken. */
export function Meter(props: { readonly part: number; readonly whole: number; readonly label: string }) {
  const { part, whole, label } = props;
  const share = whole > 0 ? Math.min(1, part / whole) : 0;
  return (
    <span className="meter" title={`${label}: ${percent(share)}`}>
      <span className="track" aria-hidden="true">
        <span style={{ width: `${100 * share}%` }} />
      </span>
      <span>
        {label} <span className="soft">({percent(share)})</span>
      </span>
    </span>
  );
}
