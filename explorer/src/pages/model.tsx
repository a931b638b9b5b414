import type { ClaimSummary, ModelDetail, ModelSeries } from "onus/api";
import { lazy, Suspense } from "react";
import { Link, useParams } from "react-router";

import { LOOK_EVERY, useIndex, useSettings } from "../api.ts";
import { amount, count, percent, plural, short } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { ClaimsTable } from "../parts/claims-table.tsx";
import { Hash } from "../parts/hash.tsx";
import { Pages } from "../parts/more.tsx";
import { Facts, Figures, Table } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show, Waiting } from "../parts/waiting.tsx";
import { ModelsTable, modelName } from "./models.tsx";
import { StandingChart } from "./standing-chart.tsx";

const KernelGraph = lazy(() =>
  import("../check/kernel-graph.tsx").then(({ KernelGraph }) => ({ default: KernelGraph })),
);

export function ModelPage() {
  const { id = "" } = useParams();
  const { stakeUnit, names } = useSettings();
  const model = useIndex<ModelDetail>(`/v1/models/${id}`, LOOK_EVERY);
  const titleOf = ({ id, version }: ModelDetail): string => names[id] ?? `${short(id)}, version ${version}`;
  const series = useIndex<ModelSeries>(`/v1/models/${id}/series?points=200`, LOOK_EVERY * 4);
  return (
    <Show answer={model} what="the model">
      {(value) => (
        <>
          <Title text={`Model ${titleOf(value)}`} over={<Link to="/models">Models</Link>}>
            {value.retiredAt !== undefined && <Badge of="RETIRED" />}
            <Link className="button" to={`/compare?models=${value.versions.map((one) => one.id).join(",")}`}>
              Compare its versions
            </Link>
          </Title>
          <Figures
            of={[
              ["kernels", count(value.kernelCount), plural(value.artifact.weightCount, "weight tensor")],
              ["operators", count(value.operators), "claimed with it"],
              ["claims final", count(value.claims.FINAL), amount(value.finalised, stakeUnit)],
              ["claims faulted", count(value.claims.FAULTED), amount(value.faulted, stakeUnit)],
              [
                "fault rate",
                value.faultRate === null ? "–" : percent(value.faultRate),
                "of its decided claims",
              ],
              ["publisher's bond", amount(value.bond, stakeUnit), "it answers for the artifact"],
            ]}
          />
          <Section
            title="Versions"
            note="A publisher names the version that a new one follows; content never changes."
          >
            <ModelsTable models={value.versions} caption="Versions, oldest first" />
          </Section>
          <div className="columns even">
            <Section title="Who serves it">
              <Table
                caption="Operators that serve it"
                rows={value.servedBy}
                keyOf={({ operator }) => operator}
                empty="Nobody claimed with it yet."
                columns={[
                  {
                    head: "operator",
                    isName: true,
                    cell: ({ operator }) => <Hash kind="operator" value={operator} />,
                  },
                  { head: "final", isNumber: true, cell: ({ claims }) => count(claims.FINAL) },
                  { head: "faulted", isNumber: true, cell: ({ claims }) => count(claims.FAULTED) },
                  {
                    head: "finalised",
                    isNumber: true,
                    cell: ({ finalised }) => amount(finalised, stakeUnit),
                  },
                  { head: "last claim", cell: ({ lastAt }) => <Time at={lastAt} /> },
                ]}
              />
            </Section>
            <Section title="Standing over time">
              <Show answer={series} what="the standing">
                {({ standing }) => <StandingChart points={standing} from={value.publishedAt} />}
              </Show>
            </Section>
          </div>
          <Section
            title="Its kernels"
            note="Drawn from the artifact: from an operator that serves it, or from a file of yours. The file is checked against the artifact id first."
          >
            <Suspense fallback={<Waiting what="the kernels" />}>
              <KernelGraph model={value} />
            </Suspense>
          </Section>
          <Section title="Claims">
            <Pages<ClaimSummary> path={`/v1/claims?model=${id}&limit=12`} what="claims" every={LOOK_EVERY}>
              {(claims) => <ClaimsTable claims={claims} caption="Claims, newest first" hides="model" />}
            </Pages>
          </Section>
          <Section title="Identity">
            <Facts
              of={[
                ["model", <Hash key="m" kind="other" value={value.id} what="model" whole />],
                ["artifact", <Hash key="a" kind="other" value={value.artifactId} what="artifact" whole />],
                ["publisher", <Hash key="p" kind="account" value={value.publisher} what="publisher" whole />],
                ["points to", modelName(value)],
                [
                  "program root",
                  <Hash key="pr" kind="other" value={value.artifact.programRoot} what="program root" />,
                ],
                [
                  "table root",
                  <Hash key="t" kind="other" value={value.artifact.tableRoot} what="table root" />,
                ],
                [
                  "weights root",
                  <Hash key="w" kind="other" value={value.artifact.weightsRoot} what="weights root" />,
                ],
                ["published", <Time key="at" at={value.publishedAt} whole />],
              ]}
            />
          </Section>
        </>
      )}
    </Show>
  );
}
