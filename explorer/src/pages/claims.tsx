import type { ClaimSummary } from "onus/api";
import { useSearchParams } from "react-router";

import { LOOK_EVERY } from "../api.ts";
import { ClaimsTable } from "../parts/claims-table.tsx";
import { Pages } from "../parts/more.tsx";
import { Title } from "../parts/title.tsx";

const PHASES = ["OPEN", "CONTESTED", "FINAL", "FAULTED"] as const;
const FAULTS = ["Element", "OutputRoot", "Padding", "AbsentNode", "Silence"] as const;

export function ClaimsPage() {
  const [query, setQuery] = useSearchParams();
  const choose = (name: string, value: string): void =>
    setQuery((before) => {
      const after = new URLSearchParams(before);
      if (value === "") after.delete(name);
      else after.set(name, value);
      return after;
    });
  const asked = new URLSearchParams(
    ["phase", "fault", "operator", "model"].flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  asked.set("limit", "50");
  return (
    <>
      <Title text="Claims" />
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <Choice name="phase" of={PHASES} value={query.get("phase")} choose={choose} />
        <Choice name="fault" of={FAULTS} value={query.get("fault")} choose={choose} />
        {(["operator", "model"] as const).map((name) =>
          query.get(name) === null ? null : (
            <button key={name} type="button" onClick={() => choose(name, "")}>
              of any {name}
            </button>
          ),
        )}
      </form>
      <Pages<ClaimSummary> path={`/v1/claims?${asked}`} what="claims" every={LOOK_EVERY}>
        {(claims) => (
          <ClaimsTable claims={claims} caption="Claims, newest first" empty="No claim is like that." />
        )}
      </Pages>
    </>
  );
}

export function Choice(props: {
  readonly name: string;
  readonly of: readonly string[];
  readonly value: string | null;
  readonly choose: (name: string, value: string) => void;
}) {
  const { name, of, value, choose } = props;
  return (
    <label>
      {name}{" "}
      <select value={value ?? ""} onChange={({ target }) => choose(name, target.value)}>
        <option value="">any</option>
        {of.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}
