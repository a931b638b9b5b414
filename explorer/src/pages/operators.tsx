import type { OperatorSummary, Status } from "onus/api";
import { useState } from "react";
import { Link } from "react-router";

import { LOOK_EVERY, useIndex, useSettings } from "../api.ts";
import { amount, count, decayed, standing, units } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { Hash } from "../parts/hash.tsx";
import { Meter } from "../parts/meter.tsx";
import { Pages } from "../parts/more.tsx";
import { Table } from "../parts/table.tsx";
import { useNow } from "../parts/time.tsx";
import { Title } from "../parts/title.tsx";

/** What operators are ordered by, among those that are listed. */
const ORDERS = {
  standing: ({ standing: { finalised, at } }, now, halfLife) => decayed(finalised, at, now, halfLife),
  "standing faulted": ({ standing: { faulted, at } }, now, halfLife) => decayed(faulted, at, now, halfLife),
  stake: ({ stake }) => units(stake),
  exposure: ({ locked }) => units(locked),
  "claims final": ({ claims }) => claims.FINAL,
  newest: ({ registeredAt }) => registeredAt,
} as const satisfies Record<string, (one: OperatorSummary, now: number, halfLife: number) => number>;
type Order = keyof typeof ORDERS;

export function OperatorsPage() {
  const { stakeUnit } = useSettings();
  const status = useIndex<Status>("/v1/status");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [order, setOrder] = useState<Order>("standing");
  const [wanted, setWanted] = useState("");
  const now = useNow();
  const halfLife = status.state === "here" ? Number(status.value.parameters["halfLife"] ?? 0) : 0;
  const choose = (address: string): void => {
    const after = new Set(chosen);
    if (!after.delete(address)) after.add(address);
    setChosen(after);
  };
  return (
    <>
      <Title text="Operators">
        <Link className="button" to={`/compare?operators=${[...chosen].join(",")}`}>
          Compare {chosen.size > 0 ? count(chosen.size) : ""}
        </Link>
      </Title>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          most first{" "}
          <select value={order} onChange={({ target }) => setOrder(target.value as Order)}>
            {(Object.keys(ORDERS) as Order[]).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label>
          status{" "}
          <select value={wanted} onChange={({ target }) => setWanted(target.value)}>
            <option value="">any</option>
            <option>ACTIVE</option>
            <option>JAILED</option>
          </select>
        </label>
      </form>
      <Pages<OperatorSummary>
        path={`/v1/operators?limit=50${wanted === "" ? "" : `&status=${wanted}`}`}
        what="operators"
        every={LOOK_EVERY}
      >
        {(operators) => (
          <Table
            caption="Operators"
            rows={[...operators].sort(
              (a, b) => ORDERS[order](b, now, halfLife) - ORDERS[order](a, now, halfLife),
            )}
            keyOf={({ address }) => address}
            columns={[
              {
                head: "compare",
                cell: ({ address }) => (
                  <input
                    type="checkbox"
                    aria-label={`compare ${address}`}
                    checked={chosen.has(address)}
                    onChange={() => choose(address)}
                  />
                ),
              },
              {
                head: "operator",
                isName: true,
                cell: ({ address }) => <Hash kind="operator" value={address} />,
              },
              { head: "status", cell: ({ status }) => <Badge of={status} /> },
              { head: "stake", isNumber: true, cell: ({ stake }) => amount(stake, stakeUnit) },
              {
                head: "exposure (locked of stake)",
                cell: ({ stake, locked }) => (
                  <Meter part={units(locked)} whole={units(stake)} label={amount(locked, stakeUnit)} />
                ),
              },
              {
                head: "standing",
                isNumber: true,
                cell: ({ standing: { finalised, at } }) =>
                  standing(decayed(finalised, at, now, halfLife), stakeUnit),
              },
              {
                head: "standing faulted",
                isNumber: true,
                cell: ({ standing: { faulted, at } }) =>
                  standing(decayed(faulted, at, now, halfLife), stakeUnit),
              },
              { head: "open", isNumber: true, cell: ({ claims }) => count(claims.OPEN + claims.CONTESTED) },
              { head: "final", isNumber: true, cell: ({ claims }) => count(claims.FINAL) },
              { head: "faulted", isNumber: true, cell: ({ claims }) => count(claims.FAULTED) },
              {
                head: "broken receipts",
                isNumber: true,
                cell: ({ brokenReceipts }) => count(brokenReceipts),
              },
            ]}
          />
        )}
      </Pages>
    </>
  );
}
