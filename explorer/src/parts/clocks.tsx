import type { ClaimDetail } from "onus/api";

import { date, duration } from "../format.ts";
import { Time, useNow } from "./time.tsx";

type Span = { readonly from: number; readonly to: number; readonly tone: string; readonly what: string };
type Lane = { readonly name: string; readonly spans: readonly Span[]; readonly length?: string };

/** The life of a claim drawn to scale: its phases, its window, the time until it may be final, and every session. */
export function Clocks({ of }: { readonly of: ClaimDetail }) {
  const now = useNow();
  const { submittedAt, windowEndsAt, finalizableAt, decidedAt, sessions, phase } = of;
  const end = Math.max(
    windowEndsAt,
    finalizableAt,
    decidedAt ?? 0,
    ...sessions.map((one) => one.closedAt ?? one.deadline),
  );
  const length = Math.max(1, end - submittedAt);
  const at = (time: number): number => (100 * Math.min(Math.max(time - submittedAt, 0), length)) / length;
  const lanes: readonly Lane[] = [
    { name: "phase", spans: phasesOf(of, Math.min(now, end)) },
    laneOf("window", { from: submittedAt, to: windowEndsAt, tone: "window" }),
    ...(finalizableAt > windowEndsAt
      ? [laneOf("until it may be final", { from: windowEndsAt, to: finalizableAt, tone: "proof" })]
      : []),
    ...sessions.map((session) =>
      laneOf(`session ${session.id.slice(0, 6)}`, {
        from: session.openedAt,
        // A verdict ends every clock.
        to: Math.min(session.closedAt ?? session.deadline, decidedAt ?? Infinity),
        tone: session.silent ? "silent" : "session",
      }),
    ),
  ];
  const marks = [
    { time: decidedAt, tone: phase === "FAULTED" ? "faulted" : "final" },
    { time: now > submittedAt && now < end ? now : undefined, tone: "now" },
  ];
  return (
    <div className="clocks">
      <ul aria-label="Phases and clocks">
        {lanes.map(({ name, spans, length }) => (
          <li key={name}>
            <span className="name">{name}</span>
            <span className="lane">
              {spans.map(({ from, to, tone, what }) => (
                <span
                  key={`${from} ${what}`}
                  className={`span ${tone}`}
                  style={{ left: `${at(from)}%`, width: `${Math.max(0.6, at(to) - at(from))}%` }}
                  title={`${what}: ${date(from)} – ${date(to)}`}
                >
                  <span className="hidden">
                    {what} from {date(from)} to {date(to)};
                  </span>
                </span>
              ))}
              {marks.map(({ time, tone }) =>
                time === undefined ? null : (
                  <span
                    key={tone}
                    aria-hidden="true"
                    className={`mark ${tone}`}
                    style={{ left: `${at(time)}%` }}
                  />
                ),
              )}
            </span>
            <span className="length">{length}</span>
          </li>
        ))}
      </ul>
      <p className="legend" aria-hidden="true">
        <span className="open">OPEN</span>{" "}
        {sessions.length > 0 && <span className="contested">CONTESTED</span>}
        {phase === "FINAL" && <span className="final">FINAL</span>}
        {phase === "FAULTED" && <span className="faulted">FAULTED</span>}
        {decidedAt === undefined && <span className="now">now</span>}
      </p>
      <dl className="ends">
        <Moment name="submitted" at={submittedAt} />
        <Moment name={now < windowEndsAt ? "window ends" : "window ended"} at={windowEndsAt} />
        {decidedAt === undefined ? (
          <Moment name="may be final from" at={finalizableAt} />
        ) : (
          <Moment name={phase === "FAULTED" ? "faulted" : "final"} at={decidedAt} />
        )}
      </dl>
    </div>
  );
}

const laneOf = (name: string, span: Omit<Span, "what">): Lane => ({
  ...{ name, spans: [{ ...span, what: name }], length: duration(span.to - span.from) },
});

function Moment({ name, at }: { readonly name: string; readonly at: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Time at={at} whole />
      </dd>
    </div>
  );
}

/** OPEN, but CONTESTED while a session is open, until a verdict; after it nothing changes any more. */
function phasesOf({ submittedAt, decidedAt, sessions, phase }: ClaimDetail, now: number): readonly Span[] {
  const until = decidedAt ?? now;
  const spans: Span[] = [];
  const add = (from: number, to: number, what: "OPEN" | "CONTESTED"): void => {
    if (to > from) spans.push({ from, to, what, tone: what.toLowerCase() });
  };
  let at = submittedAt;
  for (const { openedAt, closedAt } of [...sessions].sort((a, b) => a.openedAt - b.openedAt)) {
    add(at, Math.min(openedAt, until), "OPEN");
    const from = Math.max(at, openedAt);
    const to = Math.min(closedAt ?? until, until);
    add(from, to, "CONTESTED");
    at = Math.max(at, to);
  }
  add(at, until, phase === "CONTESTED" ? "CONTESTED" : "OPEN");
  return spans;
}
