import type { Activity, ClaimSummary, Overview } from "onus/api";
import { useCallback } from "react";
import { Link } from "react-router";

import { LOOK_EVERY, useIndex, useSettings } from "../api.ts";
import { amount, count, date, plural } from "../format.ts";
import { amountAxis, Chart, timeAxis, type Palette } from "../parts/chart.tsx";
import { ClaimsTable } from "../parts/claims-table.tsx";
import { EventsList } from "../parts/events-list.tsx";
import { Pages } from "../parts/more.tsx";
import { Figures, Table } from "../parts/table.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";

const DAY = 86_400;

export function OverviewPage() {
  const overview = useIndex<Overview>("/v1/overview", LOOK_EVERY);
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
            <Pages<ClaimSummary> path="/v1/claims?limit=12" what="claims" every={LOOK_EVERY}>
              {(claims) => <ClaimsTable claims={claims.slice(0, 12)} caption="Newest claims" />}
            </Pages>
            <p>
              <Link to="/claims">All claims</Link>
            </p>
          </Section>
        </div>
        <Section title="Live">
          <Show answer={overview} what="what happens">
            {({ latest }) => <EventsList events={latest.slice(0, 24)} label="What happened last" />}
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
        ["operators", count(of.operators), `${count(of.jailedOperators)} jailed`],
        ["models", count(of.models), "every version counts"],
        ["stake", amount(of.stake, stakeUnit), `${amount(of.locked, stakeUnit)} behind undecided claims`],
        ["sessions", count(sessions.total), `${count(sessions.open)} open`],
        ["tainted records", count(of.taintedRecords), plural(receipts.broken, "broken receipt")],
      ]}
    />
  );
}

function ActivityChart({ items }: { readonly items: Activity["items"] }) {
  const option = useCallback(
    (palette: Palette) => {
      const bars = (name: string, color: string, of: (item: Activity["items"][number]) => number) => ({
        ...{ name, type: "bar", stack: "all", barMaxWidth: 22, itemStyle: { color } },
        data: items.map((item) => [item.from * 1_000, of(item)]),
      });
      return {
        xAxis: timeAxis(palette),
        yAxis: { ...amountAxis(palette, ""), minInterval: 1 },
        series: [
          bars("submitted", palette.open, ({ submitted }) => submitted),
          bars("final", palette.final, ({ finalized }) => finalized),
          bars("sessions", palette.contested, ({ sessions }) => sessions),
          bars("faulted", palette.faulted, ({ faulted }) => faulted),
        ],
      };
    },
    [items],
  );
  return (
    <Chart
      label="Claims submitted, final and faulted, and sessions opened, each day"
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
