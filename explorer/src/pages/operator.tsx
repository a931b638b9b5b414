import type { ClaimSummary, OperatorDetail, OperatorSeries, ReceiptSummary, Status } from "onus/api";
import { useCallback } from "react";
import { Link, useParams } from "react-router";

import { LOOK_EVERY, useIndex, useSettings } from "../api.ts";
import { amount, count, date, decayed, percent, standing, unitHours, units } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { amountAxis, Chart, timeAxis, type Palette } from "../parts/chart.tsx";
import { ClaimsTable } from "../parts/claims-table.tsx";
import { Copy, Hash } from "../parts/hash.tsx";
import { Pages } from "../parts/more.tsx";
import { Facts, Figures, Table } from "../parts/table.tsx";
import { Time, useNow } from "../parts/time.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";

export function OperatorPage() {
  const { address = "" } = useParams();
  const { stakeUnit } = useSettings();
  const operator = useIndex<OperatorDetail>(`/v1/operators/${address}`, LOOK_EVERY);
  const series = useIndex<OperatorSeries>(`/v1/operators/${address}/series?points=200`, LOOK_EVERY * 4);
  const status = useIndex<Status>("/v1/status");
  const now = useNow();
  const halfLife = status.state === "here" ? Number(status.value.parameters["halfLife"] ?? 0) : 0;
  return (
    <Show answer={operator} what="the operator">
      {(value) => (
        <>
          <Title text={`Operator ${value.address.slice(0, 8)}`} over="Operator">
            <Badge of={value.status} />
            <Link className="button" to={`/compare?operators=${value.address}`}>
              Compare
            </Link>
          </Title>
          <Figures
            of={[
              ["stake", amount(value.stake, stakeUnit), `${amount(value.exiting, stakeUnit)} on its way out`],
              [
                "exposure",
                amount(value.locked, stakeUnit),
                `${percent(units(value.stake) > 0 ? units(value.locked) / units(value.stake) : 0)} of its stake`,
              ],
              [
                "standing",
                standing(decayed(value.standing.finalised, value.standing.at, now, halfLife), stakeUnit),
                "finalised, decayed",
              ],
              [
                "standing faulted",
                standing(decayed(value.standing.faulted, value.standing.at, now, halfLife), stakeUnit),
                "decayed alike",
              ],
              ["claims final", count(value.claims.FINAL), amount(value.finalised, stakeUnit)],
              ["claims faulted", count(value.claims.FAULTED), amount(value.faulted, stakeUnit)],
            ]}
          />
          <div className="columns even">
            <Section title="Standing over time">
              <Show answer={series} what="the standing">
                {({ standing }) => <StandingChart points={standing} />}
              </Show>
            </Section>
            <Section title="Exposure against stake">
              <Show answer={series} what="the exposure">
                {({ exposure }) => <ExposureChart points={exposure} />}
              </Show>
            </Section>
          </div>
          <Section title="Faults">
            <ClaimsTable
              claims={value.faults}
              caption="Claims that fell"
              hides="operator"
              empty="No claim of this operator fell."
            />
          </Section>
          <Section title="Claims">
            <Pages<ClaimSummary>
              path={`/v1/claims?operator=${address}&limit=15`}
              what="claims"
              every={LOOK_EVERY}
            >
              {(claims) => <ClaimsTable claims={claims} caption="Claims, newest first" hides="operator" />}
            </Pages>
          </Section>
          <div className="columns even">
            <Section title="Models it serves">
              <Table
                caption="Models it serves"
                rows={value.serves}
                keyOf={({ modelId }) => modelId}
                columns={[
                  {
                    head: "model",
                    isName: true,
                    cell: ({ modelId }) => <Hash kind="model" value={modelId} />,
                  },
                  { head: "final", isNumber: true, cell: ({ claims }) => count(claims.FINAL) },
                  { head: "faulted", isNumber: true, cell: ({ claims }) => count(claims.FAULTED) },
                  { head: "last claim", cell: ({ lastAt }) => <Time at={lastAt} /> },
                ]}
              />
            </Section>
            <Section title="Identity and keys">
              <Facts
                of={[
                  ["address", <Hash key="a" kind="other" value={value.address} what="address" whole />],
                  [
                    "endpoint",
                    <span key="e" className="hash">
                      <code>{value.endpoint === "" ? "none" : value.endpoint}</code>
                      {value.endpoint !== "" && <Copy value={value.endpoint} what="endpoint" />}
                    </span>,
                  ],
                  ["registered", <Time key="r" at={value.registeredAt} whole />],
                  ...(value.jailedAt === undefined
                    ? []
                    : [["jailed", <Time key="j" at={value.jailedAt} whole />] as const]),
                  ...(value.exitReadyAt === undefined
                    ? []
                    : [["exit ready", <Time key="x" at={value.exitReadyAt} whole />] as const]),
                ]}
              />
              <Table
                caption="Signer keys"
                rows={value.signers}
                keyOf={({ address }) => address}
                empty="It signs with its own key alone."
                columns={[
                  {
                    head: "signer",
                    isName: true,
                    cell: ({ address }) => <Hash kind="account" value={address} what="signer" />,
                  },
                  { head: "active from", cell: ({ activeFrom }) => <Time at={activeFrom} /> },
                  {
                    head: "revoked",
                    cell: ({ revokedAt }) => (revokedAt === undefined ? "no" : <Time at={revokedAt} />),
                  },
                ]}
              />
            </Section>
          </div>
          <Section title="Receipts presented on chain">
            <Pages<ReceiptSummary> path={`/v1/receipts?operator=${address}&limit=10`} what="receipts">
              {(receipts) => (
                <Table
                  caption="Receipts"
                  rows={receipts}
                  keyOf={({ hash }) => hash}
                  empty="Nobody had to present one."
                  columns={[
                    {
                      head: "receipt",
                      isName: true,
                      cell: ({ hash }) => <Hash kind="receipt" value={hash} />,
                    },
                    { head: "stage", cell: ({ stage }) => <Badge of={stage} /> },
                    { head: "fault", cell: ({ fault }) => fault ?? "–" },
                    {
                      head: "liability",
                      isNumber: true,
                      cell: ({ liability }) => amount(liability, stakeUnit),
                    },
                    { head: "issued", cell: ({ issuedAt }) => <Time at={issuedAt} /> },
                  ]}
                />
              )}
            </Pages>
          </Section>
        </>
      )}
    </Show>
  );
}

export function StandingChart({ points }: { readonly points: OperatorSeries["standing"] }) {
  const { stakeUnit } = useSettings();
  const status = useIndex<Status>("/v1/status");
  const halfLife = status.state === "here" ? Number(status.value.parameters["halfLife"] ?? 0) : 0;
  const unit = `${stakeUnit}·h`;
  const option = useCallback(
    (palette: Palette) => ({
      xAxis: timeAxis(palette),
      yAxis: amountAxis(palette, unit),
      series: (["finalised", "faulted"] as const).map((name) => ({
        ...{ name, type: "line", showSymbol: points.length < 30, symbolSize: 5 },
        ...{
          itemStyle: { color: name === "faulted" ? palette.faulted : palette.final },
          areaStyle: { opacity: 0.08 },
        },
        // Between two notes a standing decays; at a note it jumps.
        data: points.flatMap((point, number) => {
          const before = points[number - 1];
          const noted = [point.time * 1_000, unitHours(point[name])];
          if (before === undefined) return [noted];
          const left = decayed(before[name], before.time, point.time, halfLife);
          return [[point.time * 1_000, unitHours(left)], noted];
        }),
      })),
    }),
    [points, unit, halfLife],
  );
  if (points.length === 0) return <p className="soft">No decided claim was noted yet.</p>;
  return (
    <Chart
      label={`Standing in ${unit}: finalised and faulted, as noted`}
      option={option}
      text={
        <Table
          caption="Standing as noted"
          rows={points.slice(-50)}
          keyOf={({ time, finalised, faulted }) => `${time} ${finalised} ${faulted}`}
          columns={[
            { head: "time", isName: true, cell: ({ time }) => date(time) },
            { head: "finalised", isNumber: true, cell: ({ finalised }) => standing(finalised, stakeUnit) },
            { head: "faulted", isNumber: true, cell: ({ faulted }) => standing(faulted, stakeUnit) },
          ]}
        />
      }
    />
  );
}

function ExposureChart({ points }: { readonly points: OperatorSeries["exposure"] }) {
  const { stakeUnit } = useSettings();
  const option = useCallback(
    (palette: Palette) => {
      const line = (name: string, color: string, of: (point: (typeof points)[number]) => string) => ({
        ...{ name, type: "line", step: "end", showSymbol: false, itemStyle: { color } },
        ...(name === "locked" && { areaStyle: { opacity: 0.18 } }),
        data: points.map((point) => [point.time * 1_000, units(of(point))]),
      });
      return {
        xAxis: timeAxis(palette),
        yAxis: amountAxis(palette, stakeUnit),
        series: [
          line("stake", palette.accent, ({ stake }) => stake),
          line("locked", palette.contested, ({ locked }) => locked),
          line("exiting", palette.soft, ({ exiting }) => exiting),
        ],
      };
    },
    [points, stakeUnit],
  );
  if (points.length === 0) return <p className="soft">It never had a stake.</p>;
  return (
    <Chart
      label={`Stake, what is locked behind undecided claims, and what is exiting, in ${stakeUnit}`}
      option={option}
      text={
        <Table
          caption="Exposure"
          rows={points.slice(-50)}
          keyOf={(point) => JSON.stringify(point)}
          columns={[
            { head: "time", isName: true, cell: ({ time }) => date(time) },
            { head: "stake", isNumber: true, cell: ({ stake }) => amount(stake, stakeUnit) },
            { head: "locked", isNumber: true, cell: ({ locked }) => amount(locked, stakeUnit) },
            { head: "exiting", isNumber: true, cell: ({ exiting }) => amount(exiting, stakeUnit) },
          ]}
        />
      }
    />
  );
}
