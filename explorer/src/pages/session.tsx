import type { SessionDetail } from "onus/api";
import { Link, useParams } from "react-router";

import { LOOK_EVERY, useIndex, useSettings } from "../api.ts";
import { amount, count, duration, short } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { EventsList } from "../parts/events-list.tsx";
import { Hash } from "../parts/hash.tsx";
import { sayQuestion } from "../parts/say-question.ts";
import { Facts, Figures, Table } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";

export function SessionPage() {
  const { id = "" } = useParams();
  const { nativeUnit } = useSettings();
  const session = useIndex<SessionDetail>(`/v1/sessions/${id}`, LOOK_EVERY);
  return (
    <Show answer={session} what="the session">
      {(value) => (
        <>
          <Title
            text={`Session ${short(value.id)}`}
            over={
              <>
                about the {value.about} <Hash kind={value.about} value={value.subject} />
              </>
            }
          >
            <Badge of={value.stage} />
            {value.isToSettle && <span>to be settled</span>}
            {value.silent && <span className="bad">ended in silence</span>}
            {value.about === "claim" && (
              <Link className="button" to={`/claims/${value.subject}/replay`}>
                Replay the dispute
              </Link>
            )}
          </Title>
          <Figures
            of={[
              [
                "rounds",
                count(value.rounds),
                `${count(value.questions.filter((one) => one.answer !== undefined).length)} answered`,
              ],
              ["bond", amount(value.bond, nativeUnit), "of whoever asks"],
              [
                "deposit",
                amount(value.deposit, nativeUnit),
                value.isToSettle ? "not divided yet: anyone may settle" : "pays for answers",
              ],
              ["last deadline", <Time key="d" at={value.deadline} />],
            ]}
          />
          <Section title="Questions">
            <Table
              caption="Questions and answers"
              rows={value.questions}
              keyOf={({ key, round }) => `${round} ${key}`}
              columns={[
                { head: "round", isNumber: true, cell: ({ round }) => `${round}` },
                { head: "question", isName: true, cell: (question) => sayQuestion(question) },
                { head: "asked", cell: ({ askedAt }) => <Time at={askedAt} /> },
                {
                  head: "answered",
                  cell: ({ answer, askedAt, deadline }) =>
                    answer === undefined ? (
                      <span className="bad">not within {duration(deadline - askedAt)}</span>
                    ) : (
                      <>
                        after {duration(answer.at - askedAt)} by{" "}
                        <Hash kind="account" value={answer.by} what="who answered" />
                      </>
                    ),
                },
                {
                  head: "bytes",
                  isNumber: true,
                  cell: ({ answer }) => (answer === undefined ? "–" : `${count(answer.bytes)} bytes`),
                },
              ]}
            />
          </Section>
          <div className="columns even">
            <Section title="Parties and money">
              <Facts
                of={[
                  [value.about, <Hash key="s" kind={value.about} value={value.subject} />],
                  ["asks", <Hash key="a" kind="account" value={value.asker} what="asker" />],
                  ["answers", <Hash key="o" kind="operator" value={value.answerer} />],
                  ["opened", <Time key="t" at={value.openedAt} whole />],
                  ...(value.settled === undefined
                    ? []
                    : ([
                        ["returned", amount(value.settled.refund, nativeUnit)],
                        ["paid for answers", amount(value.settled.paid, nativeUnit)],
                        ["paid for delay", amount(value.settled.delayFee, nativeUnit)],
                        ["burned", amount(value.settled.burned, nativeUnit)],
                      ] as const)),
                ]}
              />
            </Section>
            <Section title="Timeline">
              <EventsList
                events={value.timeline}
                label="Timeline of the session, oldest first"
                about={value.id}
              />
            </Section>
          </div>
        </>
      )}
    </Show>
  );
}
