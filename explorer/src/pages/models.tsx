import type { ModelSummary } from "onus/api";

import { LOOK_EVERY, useSettings } from "../api.ts";
import { amount, count, percent } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { Hash } from "../parts/hash.tsx";
import { Pages } from "../parts/more.tsx";
import { Table } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { Title } from "../parts/title.tsx";

export function ModelsPage() {
  return (
    <>
      <Title text="Models" />
      <Pages<ModelSummary> path="/v1/models?limit=50" what="models" every={LOOK_EVERY}>
        {(models) => <ModelsTable models={models} caption="Models, newest first" />}
      </Pages>
    </>
  );
}

/** What its publisher says about it; nobody checked that. */
export const modelName = ({ uri }: Pick<ModelSummary, "uri">): string => (uri === "" ? "–" : uri);

export function ModelsTable({
  models,
  caption,
}: {
  readonly models: readonly ModelSummary[];
  readonly caption: string;
}) {
  const { stakeUnit } = useSettings();
  return (
    <Table
      caption={caption}
      rows={models}
      keyOf={({ id }) => id}
      columns={[
        { head: "model", isName: true, cell: ({ id }) => <Hash kind="model" value={id} /> },
        { head: "its publisher points to", cell: (model) => modelName(model) },
        {
          head: "version",
          cell: ({ version, successor, retiredAt }) => (
            <>
              {version}
              {successor !== undefined && <span className="soft"> superseded</span>}{" "}
              {retiredAt !== undefined && <Badge of="RETIRED" />}
            </>
          ),
        },
        {
          head: "publisher",
          cell: ({ publisher }) => <Hash kind="account" value={publisher} what="publisher" />,
        },
        { head: "kernels", isNumber: true, cell: ({ kernelCount }) => count(kernelCount) },
        { head: "operators", isNumber: true, cell: ({ operators }) => count(operators) },
        { head: "final", isNumber: true, cell: ({ claims }) => count(claims.FINAL) },
        { head: "faulted", isNumber: true, cell: ({ claims }) => count(claims.FAULTED) },
        {
          head: "fault rate",
          isNumber: true,
          cell: ({ faultRate }) => (faultRate === null ? "none decided" : percent(faultRate)),
        },
        { head: "bond", isNumber: true, cell: ({ bond }) => amount(bond, stakeUnit) },
        { head: "published", cell: ({ publishedAt }) => <Time at={publishedAt} /> },
      ]}
    />
  );
}
