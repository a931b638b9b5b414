import type { Activity, ClaimPage, Overview } from "onus/api";
import { useCallback } from "react";
import { Link } from "react-router";

import { LOOK_EVERY, useIndex, useSettings } from "../api.ts";
import { amount, count, date, plural } from "../format.ts";
import { amountAxis, Chart, timeAxis, type Palette } from "../parts/chart.tsx";
import { ClaimsTable } from "../parts/claims-table.tsx";
import { EventsList } from "../parts/events-list.tsx";
import { Figures, Table } from "../parts/table.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";

const DAY = 86_400;

export function OverviewPage() {
  const overview = useIndex<Overview>("/v1/overview", LOOK_EVERY);
  const newest = useIndex<ClaimPage>("/v1/claims?limit=12", LOOK_EVERY);
  const activity = useIndex<Activity>(`/v1/activity?bucket=${DAY}`, LOOK_EVERY * 4);
  return (
    <>
      <Title text="Overview" />
      <Show answer={overview} what="the overview">
        {(value) => <Counts of={value} />}
      </Show>
      <div className="columns">
        <div>
          <Section title="What happened, by day">
            <Show answer={activity} what="the activity">
              {({ items }) => <ActivityChart items={items} />}
            </Show>
          </Section>
          <Section title="Newest claims">
            <Show answer={newest} what="claims">
              {({ items: claims }) => (
                <ClaimsTable claims={claims.slice(0, 12)} caption="Newest claims" isBrief />
              )}
            </Show>
            <p>
              <Link to="/claims">All claims</Link>
            </p>
          </Section>
        </div>
        <Section title="Live" note="The newest events; this page looks every few seconds.">
          <Show answer={overview} what="what happens">
            {({ latest }) => <EventsList events={latest.slice(0, 16)} label="What happened last" />}
          </Show>
        </Section>
      </div>
    </>
  );
}

function Counts({ of }: { readonly of: Overview }) {
  const { stakeUnit } = useSettings();
  const { claims, sessions, receipts } = of;
  return (
    <Figures
      of={[
        [
          "claims open",
          count(claims.OPEN + claims.CONTESTED),
          `${count(claims.CONTESTED)} of them contested`,
        ],
        ["claims final", count(claims.FINAL), `${amount(of.finalised, stakeUnit)} of liability`],
        ["claims faulted", count(claims.FAULTED), `${amount(of.faulted, stakeUnit)} of liability`],
        [
          "operators",
          count(of.operators),
          `${count(of.jailedOperators)} jailed, ${plural(receipts.broken, "receipt")} broken`,
        ],
        ["models", count(of.models), "every version counts"],
        ["stake", amount(of.stake, stakeUnit), `${amount(of.locked, stakeUnit)} behind undecided claims`],
        ["sessions", count(sessions.total), `${count(sessions.open)} open`],
        ["tainted records", count(of.taintedRecords), "made from results that fell"],
      ]}
    />
  );
}

type Look = { readonly name: string; readonly stack: string; readonly color: string };

/** Claims that came, beside claims that were decided, beside sessions: three kinds of things, three bars. */
function ActivityChart({ items }: { readonly items: Activity["items"] }) {
  const option = useCallback(
    (palette: Palette) => {
      const bars = (look: Look, of: (item: Activity["items"][number]) => number) => ({
        ...{ name: look.name, type: "bar", stack: look.stack, barMaxWidth: 12, barGap: "8%" },
        itemStyle: { color: look.color },
        data: items.map((item) => [item.from * 1_000, of(item)]),
      });
      return {
        xAxis: timeAxis(palette),
        yAxis: { ...amountAxis(palette, ""), minInterval: 1 },
        series: [
          bars({ name: "submitted", stack: "in", color: palette.open }, ({ submitted }) => submitted),
          bars({ name: "final", stack: "out", color: palette.final }, ({ finalized }) => finalized),
          bars({ name: "faulted", stack: "out", color: palette.faulted }, ({ faulted }) => faulted),
          bars({ name: "sessions", stack: "asked", color: palette.contested }, ({ sessions }) => sessions),
        ],
      };
    },
    [items],
  );
  return (
    <Chart
      label="Claims submitted, claims decided and sessions opened, each day (UTC)"
      option={option}
      height={240}
      text={
        <Table
          caption="Activity by day"
          rows={items}
          keyOf={({ from }) => `${from}`}
          columns={[
            { head: "day from", isName: true, cell: ({ from }) => date(from) },
            { head: "submitted", isNumber: true, cell: ({ submitted }) => count(submitted) },
            { head: "final", isNumber: true, cell: ({ finalized }) => count(finalized) },
            { head: "faulted", isNumber: true, cell: ({ faulted }) => count(faulted) },
            { head: "sessions", isNumber: true, cell: ({ sessions }) => count(sessions) },
          ]}
        />
      }
    />
  );
}
