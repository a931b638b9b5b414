import type { ClaimDetail } from "onus/api";

import { date, duration } from "../format.ts";
import { Time, useNow } from "./time.tsx";

type Span = { readonly name: string; readonly from: number; readonly to: number; readonly tone: string };

/** The life of a claim drawn to scale: its window, the time until it may be final, and every session. */
export function Clocks({ of }: { readonly of: ClaimDetail }) {
  const now = useNow();
  const { submittedAt, windowEndsAt, finalizableAt, decidedAt, sessions, phase } = of;
  const last = Math.max(
    windowEndsAt,
    finalizableAt,
    decidedAt ?? 0,
    ...sessions.map((one) => one.closedAt ?? one.deadline),
  );
  const length = Math.max(1, last - submittedAt);
  const at = (time: number): number => (100 * Math.min(Math.max(time - submittedAt, 0), length)) / length;
  const spans: readonly Span[] = [
    { name: "window", from: submittedAt, to: windowEndsAt, tone: "window" },
    ...(finalizableAt > windowEndsAt
      ? [{ name: "until it may be final", from: windowEndsAt, to: finalizableAt, tone: "proof" }]
      : []),
    ...sessions.map((session) => ({
      name: `session ${session.id.slice(0, 6)}`,
      from: session.openedAt,
      // A verdict ends every clock.
      to: Math.min(session.closedAt ?? session.deadline, decidedAt ?? Infinity),
      tone: session.silent ? "silent" : "session",
    })),
  ];
  const marks = [
    {
      name: phase === "FAULTED" ? "faulted" : "final",
      time: decidedAt,
      tone: phase === "FAULTED" ? "faulted" : "final",
    },
    { name: "now", time: now > submittedAt && now < submittedAt + length ? now : undefined, tone: "now" },
  ];
  return (
    <div className="clocks">
      <ul aria-label="Clocks">
        {spans.map(({ name, from, to, tone }) => (
          <li key={name}>
            <span className="name">{name}</span>
            <span className="lane">
              <span
                className={`span ${tone}`}
                style={{ left: `${at(from)}%`, width: `${Math.max(0.6, at(to) - at(from))}%` }}
                title={`${date(from)} – ${date(to)}`}
              />
              {marks.map(({ name, time, tone }) =>
                time === undefined ? null : (
                  <span
                    key={name}
                    aria-hidden="true"
                    className={`mark ${tone}`}
                    style={{ left: `${at(time)}%` }}
                  />
                ),
              )}
            </span>
            <span className="length">{duration(to - from)}</span>
          </li>
        ))}
      </ul>
      <p className="soft ends">
        <span>
          submitted <Time at={submittedAt} whole />
        </span>
        {decidedAt !== undefined ? (
          <span>
            {phase === "FAULTED" ? "faulted" : "final"} <Time at={decidedAt} whole />
          </span>
        ) : (
          <span>
            may be final <Time at={finalizableAt} whole />
          </span>
        )}
      </p>
    </div>
  );
}
