import type { ClaimSummary } from "onus/api";

import { useSettings } from "../api.ts";
import { amount, count, plural, sentence } from "../format.ts";
import { Badge } from "./badge.tsx";
import { Hash } from "./hash.tsx";
import { Table } from "./table.tsx";
import { Time } from "./time.tsx";

/** Claims, newest first. */
export function ClaimsTable(props: {
  readonly claims: readonly ClaimSummary[];
  readonly caption: string;
  readonly hides?: "operator" | "model";
  /** Where there is little room: what says least is left out. */
  readonly isBrief?: boolean;
  readonly empty?: string;
}) {
  const { claims, caption, hides, isBrief = false, empty } = props;
  const { stakeUnit } = useSettings();
  return (
    <Table
      caption={caption}
      rows={claims}
      keyOf={({ id }) => id}
      {...(empty !== undefined && { empty })}
      columns={[
        { head: "claim", isName: true, cell: ({ id }) => <Hash kind="claim" value={id} /> },
        {
          head: "phase",
          cell: ({ phase, fault, openSessions }) => (
            <>
              <Badge of={phase} /> <span className="soft">{fault !== undefined && sentence(fault)}</span>
              {openSessions > 0 && <span className="soft">{plural(openSessions, "open session")}</span>}
            </>
          ),
        },
        ...(hides === "operator"
          ? []
          : [
              {
                head: "operator",
                cell: ({ operator }: ClaimSummary) => <Hash kind="operator" value={operator} />,
              },
            ]),
        ...(hides === "model"
          ? []
          : [{ head: "model", cell: ({ modelId }: ClaimSummary) => <Hash kind="model" value={modelId} /> }]),
        ...(isBrief ? [] : [{ head: "records", isNumber: true, cell: ({ n }: ClaimSummary) => count(n) }]),
        { head: "liability", isNumber: true, cell: ({ liability }) => amount(liability, stakeUnit) },
        { head: "submitted", cell: ({ submittedAt }) => <Time at={submittedAt} /> },
        ...(isBrief
          ? []
          : [
              {
                head: "decided",
                cell: ({ decidedAt }: ClaimSummary) =>
                  decidedAt === undefined ? "–" : <Time at={decidedAt} />,
              },
            ]),
      ]}
    />
  );
}
