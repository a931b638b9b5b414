import type { SessionSummary } from "onus/api";

import { useSettings } from "../api.ts";
import { amount, count } from "../format.ts";
import { Badge } from "./badge.tsx";
import { Hash } from "./hash.tsx";
import { Table } from "./table.tsx";
import { Time } from "./time.tsx";

export function SessionsTable(props: {
  readonly sessions: readonly SessionSummary[];
  readonly caption: string;
}) {
  const { nativeUnit } = useSettings();
  return (
    <Table
      caption={props.caption}
      rows={props.sessions}
      keyOf={({ id }) => id}
      columns={[
        { head: "session", isName: true, cell: ({ id }) => <Hash kind="session" value={id} /> },
        {
          head: "stage",
          cell: ({ stage, isToSettle, silent }) => (
            <>
              <Badge of={stage} /> {isToSettle && "to be settled"}{" "}
              {silent && <span className="bad">ended in silence</span>}
            </>
          ),
        },
        { head: "asker", cell: ({ asker }) => <Hash kind="account" value={asker} what="asker" /> },
        { head: "rounds", isNumber: true, cell: ({ rounds }) => count(rounds) },
        { head: "bond", isNumber: true, cell: ({ bond }) => amount(bond, nativeUnit) },
        { head: "opened", cell: ({ openedAt }) => <Time at={openedAt} /> },
        { head: "ended", cell: ({ closedAt }) => (closedAt === undefined ? "–" : <Time at={closedAt} />) },
      ]}
    />
  );
}
