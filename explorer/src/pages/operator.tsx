import type { ClaimSummary, OperatorDetail, OperatorSeries, ReceiptSummary, Status } from "onus/api";
import { Link, useParams } from "react-router";

import { LOOK_EVERY, useIndex, useNames, useSettings } from "../api.ts";
import { amount, count, decayed, percent, standing, units } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { ClaimsTable } from "../parts/claims-table.tsx";
import { Copy, Hash } from "../parts/hash.tsx";
import { Pages } from "../parts/more.tsx";
import { Facts, Figures, Table } from "../parts/table.tsx";
import { Time, useNow } from "../parts/time.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";
import { ExposureChart } from "./exposure-chart.tsx";
import { StandingChart } from "./standing-chart.tsx";

export function OperatorPage() {
  const { address = "" } = useParams();
  const { stakeUnit } = useSettings();
  const nameOf = useNames();
  const operator = useIndex<OperatorDetail>(`/v1/operators/${address}`, LOOK_EVERY);
  const series = useIndex<OperatorSeries>(`/v1/operators/${address}/series?points=200`, LOOK_EVERY * 4);
  const status = useIndex<Status>("/v1/status");
  const now = useNow();
  const halfLife = status.state === "here" ? Number(status.value.parameters["halfLife"] ?? 0) : 0;
  return (
    <Show answer={operator} what="the operator">
      {(value) => (
        <>
          <Title text={`Operator ${nameOf(value.address)}`} over={<Link to="/operators">Operators</Link>}>
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
                {({ standing }) => <StandingChart points={standing} from={value.registeredAt} />}
              </Show>
            </Section>
            <Section title="Exposure against stake">
              <Show answer={series} what="the exposure">
                {({ exposure }) => <ExposureChart points={exposure} from={value.registeredAt} />}
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
              <h3>Signer keys</h3>
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
