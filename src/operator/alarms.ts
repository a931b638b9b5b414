import { spawn } from "node:child_process";

import { toJson } from "../types/to-json.js";

/** What somebody has to look at. */
export type Alarm =
  /** Somebody asks about a claim: the node answers, and whoever runs it should know. */
  | { readonly alarm: "session-opened"; readonly openSessions: number }
  | { readonly alarm: "complaint-made"; readonly openComplaints: number }
  | { readonly alarm: "claim-faulted"; readonly claimId: string }
  | { readonly alarm: "operator-jailed" }
  | { readonly alarm: "key-inactive" }
  | { readonly alarm: "complaint-unanswerable"; readonly receipt: string; readonly reason: string }
  /** A receipt's promise is in danger. */
  | { readonly alarm: "inclusion-in-danger"; readonly claimId: string; readonly secondsLeft: number }
  | { readonly alarm: "question-unanswerable"; readonly claimId: string; readonly reason: string }
  | { readonly alarm: "chain-silent"; readonly seconds: number }
  | { readonly alarm: "transaction-failing"; readonly call: string; readonly reason: string };

export type RaiseAlarm = (alarm: Alarm) => void;

/**
 * Raises alarms: an error in the log, and the operator's own command, if any, with the alarm as JSON on its input. One that
 * goes on is raised again only after a while.
 */
export function openAlarms(parts: {
  readonly log: (alarm: Alarm) => void;
  readonly command?: readonly string[] | undefined;
  readonly now: () => number;
  /** Seconds until what goes on is said again. */
  readonly quietSeconds: number;
}): RaiseAlarm {
  const raisedAt = new Map<string, number>();
  return (alarm) => {
    const {
      secondsLeft: _left,
      seconds: _seconds,
      ...same
    } = alarm as Alarm & {
      secondsLeft?: number;
      seconds?: number;
    };
    const key = toJson(same);
    const last = raisedAt.get(key);
    if (last !== undefined && parts.now() - last < parts.quietSeconds) return;
    raisedAt.set(key, parts.now());
    parts.log(alarm);
    const [program, ...args] = parts.command ?? [];
    if (program === undefined) return;
    const child = spawn(program, args, { stdio: ["pipe", "ignore", "ignore"] });
    // A command that cannot be started is no reason to stop answering; the log has the alarm.
    child.on("error", () => undefined);
    child.stdin.on("error", () => undefined);
    child.stdin.end(`${toJson(alarm)}\n`);
  };
}
