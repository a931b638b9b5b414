import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { significant } from "../format.ts";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

export type Palette = Readonly<
  Record<"ink" | "soft" | "line" | "panel" | "open" | "final" | "faulted" | "contested" | "accent", string>
>;

const NAMES = ["ink", "soft", "line", "panel", "open", "final", "faulted", "contested", "accent"] as const;

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Palette;
}

/** The colours of the page, which change with its theme. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => {
    const read = (): void => setPalette(readPalette());
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", read);
    window.addEventListener("onus-theme", read);
    return () => {
      system.removeEventListener("change", read);
      window.removeEventListener("onus-theme", read);
    };
  }, []);
  return palette;
}

/** A drawing, what it shows in a sentence, and the same figures as text for whoever would rather read. */
export function Chart(props: {
  readonly label: string;
  readonly option: (palette: Palette) => EChartsCoreOption;
  readonly height?: number;
  readonly text: ReactNode;
}) {
  const { label, option, height = 220, text } = props;
  const palette = usePalette();
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<ReturnType<typeof init>>(undefined);
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const chart = init(element, undefined, { renderer: "svg" });
    drawn.current = chart;
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, []);
  useEffect(() => {
    const grid = { left: 8, right: 14, top: 34, bottom: 4, containLabel: true };
    const textStyle = {
      color: palette.soft,
      fontFamily: "DejaVu Sans, Segoe UI, Roboto, sans-serif",
      fontSize: 12,
    };
    const tooltip = {
      ...{ trigger: "axis", backgroundColor: palette.panel, borderColor: palette.line, confine: true },
      textStyle: { color: palette.ink, fontSize: 12 },
      axisPointer: { lineStyle: { color: palette.soft } },
    };
    const legend = {
      top: 0,
      left: 0,
      icon: "roundRect",
      itemWidth: 10,
      itemHeight: 10,
      itemGap: 18,
      textStyle,
    };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    drawn.current?.setOption(
      // Times are UTC everywhere on these pages.
      { ...{ grid, textStyle, tooltip, legend, useUTC: true, animation: !still }, ...option(palette) },
      { notMerge: true },
    );
  }, [palette, option]);
  return (
    <figure className="chart">
      <div ref={place} role="img" aria-label={label} style={{ height }} />
      <figcaption>
        <details>
          <summary>{label}</summary>
          {text}
        </details>
      </figcaption>
    </figure>
  );
}

/** Axes over time and amounts. */
export const timeAxis = (
  { soft, line }: Palette,
  span: { readonly from?: number; readonly to?: number } = {},
) => ({
  type: "time" as const,
  splitNumber: 6,
  ...(span.from !== undefined && { min: span.from * 1_000 }),
  ...(span.to !== undefined && { max: span.to * 1_000 }),
  axisLine: { lineStyle: { color: line } },
  axisLabel: {
    ...{ color: soft, hideOverlap: true, showMaxLabel: false, fontSize: 11 },
    formatter: { month: "{d} {MMM}", day: "{d} {MMM}", hour: "{HH}:{mm}", minute: "{HH}:{mm}" },
  },
  splitLine: { show: false },
});

/** The unit stands at every label: an axis without one is a row of numbers. */
export const amountAxis = ({ soft, line }: Palette, unit: string) => ({
  type: "value" as const,
  axisLabel: { color: soft, formatter: unit === "" ? "{value}" : `{value} ${unit}` },
  splitLine: { lineStyle: { color: line } },
});

/** Of a tooltip: so many digits as people read, and the unit. */
export const inUnit =
  (unit: string) =>
  (value: unknown): string =>
    `${significant(Number(value))}${unit === "" ? "" : ` ${unit}`}`;
