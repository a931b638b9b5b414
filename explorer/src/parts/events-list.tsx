import type { ApiEvent } from "onus/api";

import { sentence, short } from "../format.ts";
import { Hash, type HashKind } from "./hash.tsx";
import { Time } from "./time.tsx";

/** Arguments that lead to a page. */
const LEADS: Readonly<Record<string, HashKind>> = {
  ...{ claimId: "claim", operator: "operator", modelId: "model", session: "session", receiptHash: "receipt" },
  ...{
    asker: "account",
    publisher: "account",
    beneficiary: "account",
    challenger: "account",
    child: "other",
  },
};

/** What happened, with whatever it happened to. */
export function EventsList({
  events,
  label,
}: {
  readonly events: readonly ApiEvent[];
  readonly label: string;
}) {
  if (events.length === 0) return <p className="soft">Nothing yet.</p>;
  return (
    <ol className="events" aria-label={label}>
      {events.map((event) => (
        <li key={`${event.block} ${event.log}`} className={toneOf(event.name)}>
          <span className="what">{sentence(event.name)}</span>
          <span className="who">
            {Object.entries(event.args).map(([name, value]) => {
              const kind = LEADS[name];
              if (kind === undefined || kind === "other" || typeof value !== "string") return null;
              return (
                <span key={name}>
                  <span className="soft">{sentence(name.replace(/Id$|Hash$/, ""))}</span>{" "}
                  <Hash kind={kind} value={value} />
                </span>
              );
            })}
          </span>
          <span className="when">
            <Time at={event.time} />
            <span className="soft" title={event.tx}>
              {" "}
              block {event.block} · {short(event.tx)}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function toneOf(name: string): string {
  if (/Fault|Jailed|Silence|Slashed|Taint|Upheld|Equivocation/.test(name)) return "bad";
  if (/Finalized|Answered|Bound|Noted|Stated/.test(name)) return "good";
  if (/Session|Asked|Contested|Complained/.test(name)) return "odd";
  return "plain";
}
