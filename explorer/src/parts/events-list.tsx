import type { ApiEvent } from "onus/api";
import { Fragment } from "react";

import { useSettings } from "../api.ts";
import { count, short } from "../format.ts";
import { Hash } from "./hash.tsx";
import { nounOf, sayEvent, type Piece } from "./say-event.ts";
import { Time } from "./time.tsx";

/** What happened, in sentences. What the page is about, `about`, is not named again by its hash. */
export function EventsList(props: {
  readonly events: readonly ApiEvent[];
  readonly label: string;
  readonly about?: string;
}) {
  const { events, label, about } = props;
  if (events.length === 0) return <p className="soft">Nothing yet.</p>;
  return (
    <ol className="events" aria-label={label}>
      {events.map((event) => (
        <li key={`${event.block} ${event.log}`} className={toneOf(event.name)} data-event={event.name}>
          <span className="what">
            {sayEvent(event).map((piece, number) => (
              <Fragment key={number}>
                {number > 0 && " "}
                <Part of={piece} event={event} {...(about !== undefined && { about })} />
              </Fragment>
            ))}
          </span>
          <span className="when">
            <Time at={event.time} /> · block {count(event.block)} ·{" "}
            <code title={event.tx}>{short(event.tx)}</code>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Part(props: { readonly of: Piece; readonly event: ApiEvent; readonly about?: string }) {
  const { of, event, about } = props;
  const { names } = useSettings();
  if (typeof of === "string") return of;
  const value = event.args[of.arg];
  if (typeof value !== "string") return of.kind;
  if (value === about) return `this ${of.kind}`;
  return (
    <>
      {names[value.toLowerCase()] === undefined && nounOf(of.kind)}
      <Hash kind={of.kind} value={value} />
    </>
  );
}

function toneOf(name: string): string {
  if (/Fault|Jailed|Silence|Slashed|Taint|Upheld|Equivocation/.test(name)) return "bad";
  if (/Finalized|Answered|Bound|Noted|Stated/.test(name)) return "good";
  if (/Session|Asked|Contested|Complained/.test(name)) return "odd";
  return "plain";
}
