import type { OperatorSeries } from "onus/api";
import { useCallback } from "react";

import { useSettings } from "../api.ts";
import { amount, date, units } from "../format.ts";
import { amountAxis, Chart, inUnit, timeAxis, type Palette } from "../parts/chart.tsx";
import { Table } from "../parts/table.tsx";
import { useNow } from "../parts/time.tsx";

type Points = OperatorSeries["exposure"];

/** What is locked and what is leaving, against the stake that both come out of, from the beginning until now. */
export function ExposureChart({ points, from }: { readonly points: Points; readonly from: number }) {
  const { stakeUnit } = useSettings();
  const to = Math.ceil(useNow() / 60) * 60;
  const option = useCallback(
    (palette: Palette) => {
      const line = (name: "stake" | "locked" | "exiting", color: string) => {
        const known = points.map((point) => [point.time * 1_000, units(point[name])]);
        return {
          ...{ name, type: "line", step: "end", showSymbol: false, itemStyle: { color } },
          ...(name === "locked" && { areaStyle: { opacity: 0.18 } }),
          tooltip: { valueFormatter: inUnit(stakeUnit) },
          data: [...known, [to * 1_000, known.at(-1)?.[1] ?? 0]],
        };
      };
      return {
        xAxis: timeAxis(palette, { from, to }),
        yAxis: amountAxis(palette, stakeUnit),
        series: [
          line("stake", palette.accent),
          line("locked", palette.contested),
          line("exiting", palette.soft),
        ],
      };
    },
    [points, stakeUnit, from, to],
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
