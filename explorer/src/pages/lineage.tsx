import type { LineageEdge, LineageGraph, LineageNode } from "onus/api";
import { Link, useParams } from "react-router";

import { LOOK_EVERY, useIndex } from "../api.ts";
import { short } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { Hash } from "../parts/hash.tsx";
import { Layers } from "../parts/layers.tsx";
import { Figures, Table } from "../parts/table.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";

const nodeId = ({ claimId, recordIndex }: { claimId: string; recordIndex: number }): string =>
  `${claimId} ${recordIndex}`;
const KINDS = {
  bound: "bound: proven on chain by a tensor that both have",
  stated: "stated on chain",
  told: "told in the record alone",
} as const;

export function LineagePage() {
  const { id = "", index = "0" } = useParams();
  const lineage = useIndex<LineageGraph>(`/v1/lineage/${id}/${index}?depth=16`, LOOK_EVERY);
  return (
    <>
      <Title text={`Lineage of record ${index}`} over={<Link to={`/claims/${id}`}>Claim {short(id)}</Link>} />
      <Show answer={lineage} what="the lineage">
        {(graph) => <Lineage of={graph} />}
      </Show>
    </>
  );
}

function Lineage({ of }: { readonly of: LineageGraph }) {
  const { nodes, edges, foreign, isCut } = of;
  const byId = new Map(nodes.map((node) => [nodeId(node), node]));
  const shown = edges.filter(({ parent, child }) => byId.has(nodeId(parent)) && byId.has(nodeId(child)));
  const isTainted = (edge: LineageEdge): boolean => {
    const parent = byId.get(nodeId(edge.parent));
    return (
      byId.get(nodeId(edge.child))?.taint === "TAINTED" &&
      (parent?.taint === "TAINTED" || parent?.phase === "FAULTED")
    );
  };
  const tainted = nodes.filter(({ taint }) => taint === "TAINTED").length;
  return (
    <>
      <Figures
        of={[
          ["made from", nodes.filter(({ distance }) => distance < 0).length, "earlier results"],
          ["used by", nodes.filter(({ distance }) => distance > 0).length, "later results"],
          ["tainted", tainted, "that anybody pushed"],
          ["in other deployments", foreign.length, "shown, never trusted"],
        ]}
      />
      <p className="soft note">
        Earlier results stand above. A taint is pushed by whoever cares; a record without one is not thereby
        clean.
        {isCut && " There is more than is shown here."}
      </p>
      <p className="legend" aria-hidden="true">
        <span className="bound">bound</span> <span className="stated">stated</span>{" "}
        <span className="told">told</span> <span className="taint">taint went along here</span>
      </p>
      <Layers
        label="Lineage graph, earlier results first"
        size={{ width: 190, height: 72, gapX: 22, gapY: 46 }}
        nodes={nodes.map((node) => ({
          id: nodeId(node),
          layer: node.distance,
          tone: toneOf(node),
          content: <Node of={node} />,
        }))}
        edges={shown.map((edge) => ({
          from: nodeId(edge.parent),
          to: nodeId(edge.child),
          tone: `${edge.kind} ${isTainted(edge) ? "taint" : ""}`,
        }))}
      />
      <Section title="Edges">
        <Table
          caption="Edges of the lineage"
          rows={edges}
          keyOf={(edge) => `${nodeId(edge.parent)} ${nodeId(edge.child)} ${edge.kind}`}
          empty="No parents are known, and nothing that was made from it."
          columns={[
            { head: "parent", isName: true, cell: ({ parent }) => <RecordOf of={parent} /> },
            { head: "child", cell: ({ child }) => <RecordOf of={child} /> },
            { head: "known by", cell: ({ kind }) => KINDS[kind] },
          ]}
        />
      </Section>
      {foreign.length > 0 && (
        <Section title="Parents in other deployments" note="Nobody looked there from here.">
          <Table
            caption="Foreign parents"
            rows={foreign}
            keyOf={(one) => JSON.stringify(one)}
            columns={[
              { head: "child", isName: true, cell: ({ child }) => <RecordOf of={child} /> },
              {
                head: "parent",
                cell: ({ item, parent }) =>
                  parent === undefined ? (
                    <Hash kind="other" value={item ?? "0x"} what="parent item" />
                  ) : (
                    <>
                      record {parent.recordIndex} of claim{" "}
                      <Hash kind="other" value={parent.claimId} what="claim" /> on chain {parent.chainId}
                    </>
                  ),
              },
            ]}
          />
        </Section>
      )}
    </>
  );
}

const toneOf = ({ distance, phase, taint }: LineageNode): string =>
  [
    distance === 0 ? "self" : "",
    phase === "FAULTED" ? "faulted" : "",
    taint === "TAINTED" ? "tainted" : "",
  ].join(" ");

function Node({ of }: { readonly of: LineageNode }) {
  const { claimId, recordIndex, phase, taint, modelId, distance } = of;
  return (
    <>
      <Link
        to={`/claims/${claimId}/records/${recordIndex}/lineage`}
        aria-current={distance === 0 ? "true" : undefined}
      >
        <code>{short(claimId)}</code> record {recordIndex}
      </Link>
      <span className="soft">{modelId === undefined ? "unknown claim" : `model ${short(modelId)}`}</span>
      <span className="state">
        <Badge of={phase} />
        {taint === "TAINTED" && <Badge of="TAINTED" />}
      </span>
    </>
  );
}

function RecordOf({ of }: { readonly of: { readonly claimId: string; readonly recordIndex: number } }) {
  return (
    <>
      <Hash kind="claim" value={of.claimId} /> record {of.recordIndex}
    </>
  );
}
