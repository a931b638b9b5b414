import type { ModelDetail, ModelSummary, OperatorDetail, OperatorSummary, Page, Status } from "onus/api";
import { useSearchParams } from "react-router";

import { useIndex, useNames, useSettings, type Answer } from "../api.ts";
import { amount, count, decayed, percent, sentence, short, standing, unitHours, units } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { Bars } from "../parts/bars.tsx";
import { Hash } from "../parts/hash.tsx";
import { SideBySide } from "../parts/side-by-side.tsx";
import { Time, useNow } from "../parts/time.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";
import { modelName } from "./models.tsx";

const MOST = 6;

const itemsOf = <Item,>(answer: Answer<Page<Item>>): readonly Item[] =>
  answer.state === "here" ? answer.value.items : [];

/** Whom one looks at who did not choose yet: the two with most final claims, and one that fell. */
function contrastOf(operators: readonly OperatorSummary[]): readonly string[] {
  const best = [...operators].sort((a, b) => b.claims.FINAL - a.claims.FINAL).slice(0, 2);
  const fallen = operators.find((one) => one.claims.FAULTED > 0 && !best.includes(one));
  return [...best, ...(fallen === undefined ? [] : [fallen])].map(({ address }) => address);
}

/** The versions of whichever model has most, oldest first. */
function longestChainOf(models: readonly ModelSummary[]): readonly string[] {
  const byId = new Map(models.map((model) => [model.id, model]));
  const newest = models.reduce<ModelSummary | undefined>(
    (most, model) => (most === undefined || model.version > most.version ? model : most),
    undefined,
  );
  const chain: string[] = [];
  for (let at = newest; at !== undefined; at = at.superseded && byId.get(at.superseded)) chain.unshift(at.id);
  return chain.slice(-MOST);
}

export function ComparePage() {
  const [query, setQuery] = useSearchParams();
  const nameOf = useNames();
  const allOperators = useIndex<Page<OperatorSummary>>("/v1/operators?limit=50");
  const allModels = useIndex<Page<ModelSummary>>("/v1/models?limit=50");
  const chosen = (name: string, unasked: readonly string[]): readonly string[] =>
    (query.get(name)?.split(",") ?? unasked).filter((id) => id !== "").slice(0, MOST);
  const operators = chosen("operators", contrastOf(itemsOf(allOperators)));
  const models = chosen("models", longestChainOf(itemsOf(allModels)));
  const set = (name: string, ids: readonly string[]): void =>
    setQuery((before) => {
      const after = new URLSearchParams(before);
      after.set(name, ids.join(","));
      return after;
    });
  return (
    <>
      <Title text="Compare" />
      <Section title="Operators side by side">
        <Picker<OperatorSummary>
          what="operator"
          all={allOperators}
          idOf={({ address }) => address}
          nameOf={({ address, status }) => `${nameOf(address)} (${status.toLowerCase()})`}
          chosen={operators}
          set={(ids) => set("operators", ids)}
        />
        <Operators of={operators} />
      </Section>
      <Section title="Models and versions side by side">
        <Picker<ModelSummary>
          what="model"
          all={allModels}
          idOf={({ id }) => id}
          nameOf={(model) => `${nameOf(model.id)}, version ${model.version}, ${modelName(model)}`}
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
  readonly all: Answer<Page<Item>>;
  readonly idOf: (item: Item) => string;
  readonly nameOf: (item: Item) => string;
  readonly chosen: readonly string[];
  readonly set: (ids: readonly string[]) => void;
}) {
  const { what, all, idOf, nameOf, chosen, set } = props;
  const inShort = useNames();
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
          <span className="hidden">leave out</span> {inShort(id)} <span aria-hidden="true">×</span>
        </button>
      ))}
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
  const nameOf = useNames();
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
        names={items.map(({ address }) => nameOf(address))}
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
          ["claims final", (one) => `${count(one.claims.FINAL)} (${amount(one.finalised, stakeUnit)})`],
          ["claims faulted", (one) => `${count(one.claims.FAULTED)} (${amount(one.faulted, stakeUnit)})`],
          [
            "faults",
            (one) =>
              one.faults.length === 0
                ? "none"
                : one.faults.map(({ fault }) => sentence(fault ?? "")).join(", "),
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
  const { stakeUnit, names } = useSettings();
  const status = useIndex<Status>("/v1/status");
  const halfLife = status.state === "here" ? Number(status.value.parameters["halfLife"] ?? 0) : 0;
  const now = useNow();
  const stands = ({ standing }: ModelDetail, which: "finalised" | "faulted"): number =>
    decayed(standing[which], standing.at, now, halfLife);
  const items = useAll<ModelDetail>(of.map((id) => `/v1/models/${id}`));
  if (of.length === 0) return <p className="soft">Choose models or versions, here or on a model's page.</p>;
  return (
    <>
      <Bars
        label={`Liability of decided claims in ${stakeUnit}, model by model`}
        unit={stakeUnit}
        names={items.map(({ id, version }) => names[id] ?? `${short(id)}, version ${version}`)}
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
          ["standing", (one) => standing(stands(one, "finalised"), stakeUnit)],
          ["standing faulted", (one) => standing(stands(one, "faulted"), stakeUnit)],
          ["fault rate", (one) => (one.faultRate === null ? "none decided" : percent(one.faultRate))],
          ["claims final", (one) => `${count(one.claims.FINAL)} (${amount(one.finalised, stakeUnit)})`],
          ["claims faulted", (one) => `${count(one.claims.FAULTED)} (${amount(one.faulted, stakeUnit)})`],
          ["operators", (one) => count(one.operators)],
          ["kernels", (one) => count(one.kernelCount)],
          ["weight tensors", (one) => count(one.artifact.weightCount)],
          ["artifact", (one) => <Hash kind="other" value={one.artifactId} what="artifact" />],
          ["bond", (one) => amount(one.bond, stakeUnit)],
          ["published", (one) => <Time at={one.publishedAt} />],
        ]}
      />
    </>
  );
}
