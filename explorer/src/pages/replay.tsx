import type { ElementDispute } from "onus";
import type { ApiEvent, ClaimDetail, SessionDetail } from "onus/api";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Link, useParams } from "react-router";

import { askIndex, useIndex, useSettings } from "../api.ts";
import { doJob } from "../check/do-job.ts";
import { count, duration, plural, sentence, short } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { Hash } from "../parts/hash.tsx";
import { sayFault } from "../parts/say-fault.ts";
import { sayQuestion } from "../parts/say-question.ts";
import { Facts } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";
import { Element } from "./element.tsx";

/** A dispute move by move, down to the element that decided it. */
export function ReplayPage() {
  const { id = "" } = useParams();
  const claim = useIndex<ClaimDetail>(`/v1/claims/${id}`);
  return (
    <>
      <Title text="Dispute, step by step" over={<Link to={`/claims/${id}`}>Claim {short(id)}</Link>} />
      <Show answer={claim} what="the claim">
        {(value) => <Replay claim={value} />}
      </Show>
    </>
  );
}

type Step = {
  readonly title: string;
  readonly at: number;
  readonly who: "operator" | "challenger" | "anyone";
  readonly show: ReactNode;
};

function Replay({ claim }: { readonly claim: ClaimDetail }) {
  const { api, rpc } = useSettings();
  const [sessions, setSessions] = useState<readonly SessionDetail[]>();
  const [dispute, setDispute] = useState<ElementDispute | "none">();
  const [at, setAt] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const ids = claim.sessions.map(({ id }) => id).join();
  const { decided, fault } = claim;
  useEffect(() => {
    let isOver = false;
    const load = async (): Promise<void> => {
      const asked = ids === "" ? [] : ids.split(",");
      const answers = await Promise.all(
        asked.map((id) => askIndex<SessionDetail>(api, `/v1/sessions/${id}`)),
      );
      if (!isOver) setSessions(answers);
      const calldata =
        fault === "Element" && decided !== undefined && rpc !== undefined
          ? await callOf(rpc, decided.tx)
          : undefined;
      const read =
        calldata === undefined
          ? undefined
          : await doJob({ kind: "dispute", calldata }).catch(() => undefined);
      if (!isOver) setDispute(read ?? "none");
    };
    void load().catch(() => isOver || (setSessions([]), setDispute("none")));
    return () => {
      isOver = true;
    };
  }, [api, rpc, ids, decided?.tx, fault]);
  const steps = sessions === undefined || dispute === undefined ? [] : stepsOf(claim, sessions, dispute);
  const last = steps.length - 1;
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setInterval(() => setAt((before) => Math.min(before + 1, last)), 1_800);
    return () => clearInterval(timer);
  }, [isPlaying, last]);
  useEffect(() => {
    if (at >= last) setPlaying(false);
  }, [at, last]);
  const list = useRef<HTMLOListElement>(null);
  // The list scrolls by itself, and never the page: the step that is shown stays in sight.
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>("[aria-current]");
    if (list.current === null || !chosen) return;
    list.current.scrollTop = chosen.offsetTop - list.current.offsetTop - list.current.clientHeight / 2;
  }, [at, last]);
  const step = steps[Math.min(at, last)];
  if (step === undefined) return <p role="status">Asking for every move…</p>;
  return (
    <div className="replay">
      <div className="controls" role="group" aria-label="Steps of the dispute">
        <button type="button" onClick={() => setAt(Math.max(0, at - 1))} disabled={at === 0}>
          Back
        </button>
        <button
          type="button"
          className="main"
          onClick={() => setAt(Math.min(last, at + 1))}
          disabled={at >= last}
        >
          Next
        </button>
        <button
          type="button"
          onClick={() => (at >= last ? (setAt(0), setPlaying(true)) : setPlaying(!isPlaying))}
        >
          {isPlaying ? "Stop" : "Play"}
        </button>
        <label>
          <span className="hidden">step</span>
          <input
            type="range"
            min={0}
            max={last}
            value={at}
            onChange={({ target }) => setAt(Number(target.value))}
          />
        </label>
        <span>
          step {at + 1} of {steps.length}
        </span>
      </div>
      <div className="columns steps">
        <ol ref={list} aria-label="Moves">
          {steps.map(({ title, who, at: time }, number) => (
            <li key={`${number}`} className={who}>
              <button
                type="button"
                aria-current={number === at ? "step" : undefined}
                onClick={() => setAt(number)}
              >
                <span>{title}</span>
                <span className="soft">
                  {who}
                  {number > 0 && `, ${duration(time - (steps[0]?.at ?? time))} after it began`}
                </span>
              </button>
            </li>
          ))}
        </ol>
        <section aria-live="polite" className="panel">
          <h2>{step.title}</h2>
          <p className="soft">
            {step.who} · <Time at={step.at} whole />
          </p>
          {step.show}
        </section>
      </div>
    </div>
  );
}

async function callOf(rpc: string, hash: string): Promise<string | undefined> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_getTransactionByHash", params: [hash] });
  const answer = await fetch(rpc, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result } = (await answer.json()) as { result?: { input?: string } | null };
  return result?.input;
}

function stepsOf(
  claim: ClaimDetail,
  sessions: readonly SessionDetail[],
  dispute: ElementDispute | "none",
): readonly Step[] {
  const asked = sessions.flatMap((session) =>
    session.questions.flatMap((question): Step[] => {
      const what = sayQuestion(question);
      const facts = <QuestionFacts of={question} session={session} />;
      const { answer } = question;
      return [
        { title: `Asked: ${what}`, at: question.askedAt, who: "challenger", show: facts },
        answer === undefined
          ? {
              ...{ title: "Silence", at: question.deadline, who: "operator" as const },
              show: (
                <p>
                  No answer within {duration(question.deadline - question.askedAt)}: whoever asserts must be
                  able to prove.
                </p>
              ),
            }
          : {
              ...{ title: "Answered", at: answer.at, who: "operator" as const },
              show: (
                <>
                  <p>
                    {plural(answer.bytes, "byte")} after {duration(answer.at - question.askedAt)}, by{" "}
                    <Hash kind="account" value={answer.by} what="who answered" />. It authenticates itself
                    against what was known before.
                  </p>
                  {facts}
                </>
              ),
            },
      ];
    }),
  );
  const others = claim.timeline.filter(({ name }) =>
    /Submitted|SessionOpened|SessionClosed|Finalized|TraceStated|Job/.test(name),
  );
  const events = others.map((event: ApiEvent): Step => ({
    title: capital(sentence(event.name)),
    at: event.time,
    who: /Submitted|Stated/.test(event.name)
      ? "operator"
      : /Opened|Job/.test(event.name)
        ? "challenger"
        : "anyone",
    show: <EventFacts of={event} />,
  }));
  const verdict: Step[] =
    claim.phase !== "FAULTED" || claim.decidedAt === undefined
      ? []
      : [
          {
            ...{
              title: `Convicted: ${claim.fault === undefined ? "fault" : sayFault(claim.fault)}`,
              at: claim.decidedAt,
              who: "challenger",
            },
            show: dispute === "none" ? <WithoutElement of={claim} /> : <Element of={dispute} />,
          },
        ];
  return [...events, ...asked, ...verdict].sort((a, b) => a.at - b.at);
}

function QuestionFacts(props: {
  readonly of: SessionDetail["questions"][number];
  readonly session: SessionDetail;
}) {
  const { of, session } = props;
  const { list, level, index, record, tensor } = of.place;
  return (
    <Facts
      of={[
        ["session", <Hash key="s" kind="session" value={session.id} />],
        ["round", `${of.round}`],
        ["about", `record ${record}, the ${list} list${tensor === undefined ? "" : `, tensor ${tensor}`}`],
        [
          "place",
          `level ${level}, index ${count(index)}${of.levels > 0 ? `, ${plural(of.levels, "level")} down` : ""}`,
        ],
        ["time to answer", duration(of.deadline - of.askedAt)],
      ]}
    />
  );
}

function EventFacts({ of }: { readonly of: ApiEvent }) {
  return (
    <Facts
      of={Object.entries(of.args).map(([name, value]) => {
        const text = typeof value === "object" ? JSON.stringify(value) : String(value);
        return [
          sentence(name),
          text.startsWith("0x") ? <Hash key={name} kind="other" value={text} what={sentence(name)} /> : text,
        ] as const;
      })}
    />
  );
}

function WithoutElement({ of }: { readonly of: ClaimDetail }) {
  const { rpc } = useSettings();
  return (
    <>
      <p>
        <Badge of="FAULTED" />: {of.fault !== undefined && sayFault(of.fault)}.{" "}
        {of.fault === "Silence"
          ? "That needs no element to be wrong: the burden is on whoever asserted."
          : of.fault === "Element"
            ? rpc === undefined
              ? "The operands stand in the calldata of the transaction; this page was given no node to read it from."
              : "The proof was not one plain transaction, so its operands are not shown here."
            : "What is wrong is what was committed, not what was computed: there is no element to compute again."}
      </p>
      {of.decided !== undefined && (
        <Facts
          of={[
            ["transaction", <Hash key="t" kind="transaction" value={of.decided.tx} />],
            ["block", count(of.decided.block)],
          ]}
        />
      )}
    </>
  );
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
