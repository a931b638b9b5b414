import { useCallback } from "react";

import { amountAxis, Chart, inUnit, type Palette } from "./chart.tsx";

/** What stands well and what fell, a pair of bars for each name. */
export function Bars(props: {
  readonly label: string;
  readonly unit: string;
  readonly names: readonly string[];
  readonly finalised: readonly number[];
  readonly faulted: readonly number[];
}) {
  const { label, unit, names, finalised, faulted } = props;
  const figures = JSON.stringify([names, finalised, faulted]);
  const option = useCallback(
    (palette: Palette) => {
      const [names, finalised, faulted] = JSON.parse(figures) as [string[], number[], number[]];
      const bars = (name: string, color: string, data: readonly number[]) => ({
        ...{ name, data, type: "bar", barMaxWidth: 26, itemStyle: { color } },
        tooltip: { valueFormatter: inUnit(unit) },
      });
      return {
        xAxis: {
          type: "category",
          data: names,
          axisLabel: { color: palette.soft, interval: 0, width: 90, overflow: "truncate" },
          axisLine: { lineStyle: { color: palette.line } },
        },
        yAxis: amountAxis(palette, unit),
        series: [bars("finalised", palette.final, finalised), bars("faulted", palette.faulted, faulted)],
      };
    },
    [figures, unit],
  );
  return (
    <Chart label={label} option={option} height={200} text={<p>The table below has the same figures.</p>} />
  );
}
