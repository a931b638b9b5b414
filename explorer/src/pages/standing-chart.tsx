import type { OperatorSeries, Status } from "onus/api";
import { useCallback } from "react";

import { useIndex, useSettings } from "../api.ts";
import { date, decayed, standing, unitHours } from "../format.ts";
import { amountAxis, Chart, inUnit, timeAxis, type Palette } from "../parts/chart.tsx";
import { Table } from "../parts/table.tsx";
import { useNow } from "../parts/time.tsx";

type Points = OperatorSeries["standing"];

/** Steps in which the decay after a note is drawn: enough for a curve to be one. */
const STEPS = 12;

/** Standing from the beginning until now: it jumps when a claim is noted, and decays by half in each half-life. */
export function StandingChart({ points, from }: { readonly points: Points; readonly from: number }) {
  const { stakeUnit } = useSettings();
  const status = useIndex<Status>("/v1/status");
  const halfLife = status.state === "here" ? Number(status.value.parameters["halfLife"] ?? 0) : 0;
  const unit = `${stakeUnit}·h`;
  // Drawn again each minute, not each second.
  const to = Math.ceil(useNow() / 60) * 60;
  const option = useCallback(
    (palette: Palette) => ({
      xAxis: timeAxis(palette, { from, to }),
      yAxis: amountAxis(palette, unit),
      series: (["finalised", "faulted"] as const).map((name) => ({
        ...{ name, type: "line", showSymbol: false },
        ...{
          itemStyle: { color: name === "faulted" ? palette.faulted : palette.final },
          areaStyle: { opacity: 0.08 },
          tooltip: { valueFormatter: inUnit(unit) },
        },
        data: [
          [from * 1_000, 0],
          ...points.flatMap((point, number) => {
            const until = points[number + 1]?.time ?? to;
            const left = points[number - 1];
            const before =
              left === undefined ? 0 : unitHours(decayed(left[name], left.time, point.time, halfLife));
            const curve = Array.from({ length: STEPS + 1 }, (_, step) => {
              const time = point.time + ((until - point.time) * step) / STEPS;
              return [time * 1_000, unitHours(decayed(point[name], point.time, time, halfLife))];
            });
            return [[point.time * 1_000, before], ...curve];
          }),
        ],
      })),
    }),
    [points, unit, halfLife, from, to],
  );
  if (points.length === 0) return <p className="soft">No decided claim was noted yet.</p>;
  return (
    <Chart
      label={`Standing in ${unit}, finalised and faulted, until now`}
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
