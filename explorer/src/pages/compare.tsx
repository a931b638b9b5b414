import type { ModelDetail, ModelSummary, OperatorDetail, OperatorSummary, Page, Status } from "onus/api";
import { useCallback, type ReactNode } from "react";
import { useSearchParams } from "react-router";

import { useIndex, useSettings } from "../api.ts";
import { amount, count, decayed, percent, short, standing, unitHours, units } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { amountAxis, Chart, type Palette } from "../parts/chart.tsx";
import { Hash } from "../parts/hash.tsx";
import { Time, useNow } from "../parts/time.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";
import { modelName } from "./models.tsx";

const MOST = 6;

export function ComparePage() {
  const [query, setQuery] = useSearchParams();
  const chosen = (name: string): readonly string[] =>
    (query.get(name) ?? "")
      .split(",")
      .filter((id) => id !== "")
      .slice(0, MOST);
  const operators = chosen("operators");
  const models = chosen("models");
  const set = (name: string, ids: readonly string[]): void =>
    setQuery((before) => {
      const after = new URLSearchParams(before);
      if (ids.length === 0) after.delete(name);
      else after.set(name, ids.join(","));
      return after;
    });
  return (
    <>
      <Title text="Compare" />
      <Section title="Operators side by side">
        <Picker<OperatorSummary>
          what="operator"
          path="/v1/operators?limit=50"
          idOf={({ address }) => address}
          nameOf={({ address, status }) => `${short(address)} (${status.toLowerCase()})`}
          chosen={operators}
          set={(ids) => set("operators", ids)}
        />
        <Operators of={operators} />
      </Section>
      <Section title="Models and versions side by side">
        <Picker<ModelSummary>
          what="model"
          path="/v1/models?limit=50"
          idOf={({ id }) => id}
          nameOf={(model) => `${short(model.id)} version ${model.version} ${modelName(model)}`}
          chosen={models}
          set={(ids) => set("models", ids)}
        />
        <Models of={models} />
      </Section>
    </>
  );
}

function Picker<Item>(props: {
  readonly what: string;
  readonly path: string;
  readonly idOf: (item: Item) => string;
  readonly nameOf: (item: Item) => string;
  readonly chosen: readonly string[];
  readonly set: (ids: readonly string[]) => void;
}) {
  const { what, path, idOf, nameOf, chosen, set } = props;
  const all = useIndex<Page<Item>>(path);
  return (
    <div className="picker">
      <Show answer={all} what={`${what}s`}>
        {({ items }) => (
          <label>
            add {what === "operator" ? "an operator" : "a model"}{" "}
            <select
              value=""
              disabled={chosen.length >= MOST}
              onChange={({ target }) => target.value !== "" && set([...chosen, target.value])}
            >
              <option value="">{chosen.length >= MOST ? `${MOST} at most` : "choose"}</option>
              {items
                .filter((item) => !chosen.includes(idOf(item)))
                .map((item) => (
                  <option key={idOf(item)} value={idOf(item)}>
                    {nameOf(item)}
                  </option>
                ))}
            </select>
          </label>
        )}
      </Show>
      {chosen.map((id) => (
        <button
          key={id}
          type="button"
          className="picked"
          onClick={() => set(chosen.filter((one) => one !== id))}
        >
          {short(id)} <span aria-hidden="true">×</span>
          <span className="hidden">leave out</span>
        </button>
      ))}
    </div>
  );
}

/** One column a thing, one row a question: what is compared stands beside each other. */
function SideBySide<Item>(props: {
  readonly caption: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly head: (item: Item) => ReactNode;
  readonly rows: readonly (readonly [name: string, cell: (item: Item) => ReactNode])[];
}) {
  const { caption, items, keyOf, head, rows } = props;
  return (
    <div className="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table className="side">
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            <td />
            {items.map((item) => (
              <th key={keyOf(item)} scope="col">
                {head(item)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, cell]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {items.map((item) => (
                <td key={keyOf(item)}>{cell(item)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** So many questions as there may be things: hooks are asked in one order. */
function useAll<Value>(paths: readonly string[]): readonly Value[] {
  const answers = [
    useIndex<Value>(paths[0]),
    useIndex<Value>(paths[1]),
    useIndex<Value>(paths[2]),
    useIndex<Value>(paths[3]),
    useIndex<Value>(paths[4]),
    useIndex<Value>(paths[5]),
  ];
  return answers.slice(0, paths.length).flatMap((answer) => (answer.state === "here" ? [answer.value] : []));
}

function Operators({ of }: { readonly of: readonly string[] }) {
  const { stakeUnit } = useSettings();
  const items = useAll<OperatorDetail>(of.map((address) => `/v1/operators/${address}`));
  const status = useIndex<Status>("/v1/status");
  const halfLife = status.state === "here" ? Number(status.value.parameters["halfLife"] ?? 0) : 0;
  const now = useNow();
  const minute = Math.floor(now / 60) * 60;
  const stands = (item: OperatorDetail, which: "finalised" | "faulted"): number =>
    decayed(item.standing[which], item.standing.at, minute, halfLife);
  if (of.length === 0) return <p className="soft">Choose operators, here or in the list of operators.</p>;
  return (
    <>
      <Bars
        label={`Standing now in ${stakeUnit}·h, operator by operator`}
        unit={`${stakeUnit}·h`}
        names={items.map(({ address }) => short(address))}
        finalised={items.map((item) => unitHours(stands(item, "finalised")))}
        faulted={items.map((item) => unitHours(stands(item, "faulted")))}
      />
      <SideBySide
        caption="Operators side by side"
        items={items}
        keyOf={({ address }) => address}
        head={({ address }) => <Hash kind="operator" value={address} />}
        rows={[
          ["status", (one) => <Badge of={one.status} />],
          ["standing", (one) => standing(stands(one, "finalised"), stakeUnit)],
          ["standing faulted", (one) => standing(stands(one, "faulted"), stakeUnit)],
          ["stake", (one) => amount(one.stake, stakeUnit)],
          [
            "exposure",
            (one) =>
              `${amount(one.locked, stakeUnit)} (${percent(units(one.stake) > 0 ? units(one.locked) / units(one.stake) : 0)})`,
          ],
          ["claims final", (one) => `${count(one.claims.FINAL)}, ${amount(one.finalised, stakeUnit)}`],
          ["claims faulted", (one) => `${count(one.claims.FAULTED)}, ${amount(one.faulted, stakeUnit)}`],
          [
            "faults",
            (one) => (one.faults.length === 0 ? "none" : one.faults.map(({ fault }) => fault).join(", ")),
          ],
          ["broken receipts", (one) => count(one.brokenReceipts)],
          ["sessions", (one) => count(one.sessions)],
          ["models", (one) => count(one.models)],
          ["registered", (one) => <Time at={one.registeredAt} />],
        ]}
      />
    </>
  );
}

function Models({ of }: { readonly of: readonly string[] }) {
  const { stakeUnit } = useSettings();
  const items = useAll<ModelDetail>(of.map((id) => `/v1/models/${id}`));
  if (of.length === 0) return <p className="soft">Choose models or versions, here or on a model's page.</p>;
  return (
    <>
      <Bars
        label={`Liability of decided claims in ${stakeUnit}, model by model`}
        unit={stakeUnit}
        names={items.map(({ id, version }) => `${short(id)} v${version}`)}
        finalised={items.map((item) => units(item.finalised))}
        faulted={items.map((item) => units(item.faulted))}
      />
      <SideBySide
        caption="Models side by side"
        items={items}
        keyOf={({ id }) => id}
        head={({ id }) => <Hash kind="model" value={id} />}
        rows={[
          ["points to", modelName],
          ["version", (one) => `${one.version}${one.successor === undefined ? "" : ", superseded"}`],
          ["publisher", (one) => <Hash kind="account" value={one.publisher} what="publisher" />],
          ["fault rate", (one) => (one.faultRate === null ? "none decided" : percent(one.faultRate))],
          ["claims final", (one) => `${count(one.claims.FINAL)}, ${amount(one.finalised, stakeUnit)}`],
          ["claims faulted", (one) => `${count(one.claims.FAULTED)}, ${amount(one.faulted, stakeUnit)}`],
          ["operators", (one) => count(one.operators)],
          ["kernels", (one) => count(one.kernelCount)],
          ["weights", (one) => count(one.artifact.weightCount)],
          ["same artifact", (one) => <Hash kind="other" value={one.artifactId} what="artifact" />],
          ["bond", (one) => amount(one.bond, stakeUnit)],
          ["published", (one) => <Time at={one.publishedAt} />],
        ]}
      />
    </>
  );
}

function Bars(props: {
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
      });
      return {
        xAxis: {
          type: "category",
          data: names,
          axisLabel: { color: palette.soft, interval: 0 },
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
