import type { LineageEdge, LineageGraph, LineageNode } from "onus/api";
import { Link, useParams } from "react-router";

import { LOOK_EVERY, useIndex, useNames } from "../api.ts";
import { plural, short } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { Hash } from "../parts/hash.tsx";
import { Layers } from "../parts/layers.tsx";
import { Figures, Table } from "../parts/table.tsx";
import { useNarrow } from "../parts/use-narrow.ts";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";

const nodeId = ({ claimId, recordIndex }: { claimId: string; recordIndex: number }): string =>
  `${claimId} ${recordIndex}`;
const KINDS = {
  bound: "bound: proven on chain by a tensor that both have",
  stated: "stated on chain",
  told: "told in the record alone",
} as const;

type Foreign = LineageGraph["foreign"][number];

/** An item is a parent's hash: where as many parents of a child were shown on chain, its items say nothing more. */
function withoutItems(foreign: readonly Foreign[]): readonly Foreign[] {
  const ofChild = (one: Foreign): readonly Foreign[] =>
    foreign.filter(({ child }) => nodeId(child) === nodeId(one.child));
  return foreign.filter((one) => {
    const all = ofChild(one);
    const shown = all.filter(({ parent }) => parent !== undefined).length;
    return one.parent !== undefined || all.length - shown > shown;
  });
}

const WIDE = { width: 214, height: 76, gapX: 22, gapY: 46 };
/** Two beside each other on a phone. */
const NARROW = { width: 147, height: 118, gapX: 12, gapY: 32 };

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
  const { nodes, edges, isCut } = of;
  const isNarrow = useNarrow();
  const foreign = withoutItems(of.foreign);
  const byId = new Map(nodes.map((node) => [nodeId(node), node]));
  const shown = edges.filter(({ parent, child }) => byId.has(nodeId(parent)) && byId.has(nodeId(child)));
  // One layer above whoever names them.
  const elsewhere = foreign.map((one, number) => ({
    ...{ one, id: `elsewhere ${number}`, layer: (byId.get(nodeId(one.child))?.distance ?? 0) - 1 },
  }));
  const isTainted = (edge: LineageEdge): boolean => {
    const parent = byId.get(nodeId(edge.parent));
    return (
      byId.get(nodeId(edge.child))?.taint === "TAINTED" &&
      (parent?.taint === "TAINTED" || parent?.phase === "FAULTED")
    );
  };
  const unpushed = nodes.filter(
    (node) => node.taint !== "TAINTED" && hasTaintedParent(node, edges, byId),
  ).length;
  const tainted = nodes.filter(({ taint }) => taint === "TAINTED").length;
  return (
    <>
      <Figures
        of={[
          ["made from", nodes.filter(({ distance }) => distance < 0).length, "earlier results"],
          ["used by", nodes.filter(({ distance }) => distance > 0).length, "later results"],
          ["tainted", tainted, "fallen, or reached by a pushed taint"],
          ["in other deployments", foreign.length, "shown, never trusted"],
        ]}
      />
      <p className="soft note">
        Earlier results stand above. A taint is pushed by whoever cares; a record without one is not thereby
        clean.
        {unpushed > 0 &&
          ` ${plural(unpushed, "record")} here ${unpushed === 1 ? "has" : "have"} a tainted parent, and nobody has pushed its taint on yet.`}
        {isCut && " There is more than is shown here."}
      </p>
      <p className="legend" aria-hidden="true">
        <span className="bound">bound</span> <span className="stated">stated</span>{" "}
        <span className="told">told</span> <span className="taint">taint went along here</span>{" "}
        {foreign.length > 0 && <span className="elsewhere">in another deployment, never trusted</span>}
      </p>
      <Layers
        label="Lineage graph, earlier results first"
        size={isNarrow ? NARROW : WIDE}
        nodes={[
          ...nodes.map((node) => ({
            id: nodeId(node),
            layer: node.distance,
            tone: toneOf(node),
            content: <Node of={node} isNext={hasTaintedParent(node, edges, byId)} />,
          })),
          ...elsewhere.map(({ id, layer, one }) => ({
            ...{ id, layer, tone: "elsewhere", content: <Elsewhere of={one} /> },
          })),
        ]}
        edges={[
          ...shown.map((edge) => ({
            from: nodeId(edge.parent),
            to: nodeId(edge.child),
            tone: `${edge.kind} ${isTainted(edge) ? "taint" : ""}`,
          })),
          ...elsewhere.map(({ id, one }) => ({ from: id, to: nodeId(one.child), tone: "elsewhere" })),
        ]}
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
        <Section
          title="Parents in other deployments"
          note="Shown, never trusted: nobody looked there from here, and no taint crosses over."
        >
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
                    <>
                      item <Hash kind="other" value={item ?? "0x"} what="parent item" />
                    </>
                  ) : (
                    <>
                      <Hash kind="other" value={parent.claimId} what="claim" /> record {parent.recordIndex}
                    </>
                  ),
              },
              { head: "chain", cell: ({ parent }) => parent?.chainId ?? "not told" },
              {
                head: "claim book",
                cell: ({ parent }) =>
                  parent === undefined ? (
                    "not told"
                  ) : (
                    <Hash kind="other" value={parent.claimBook} what="claim book" />
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

/** A taint could be pushed on to it: a parent of it is tainted, or fell. */
const hasTaintedParent = (
  node: LineageNode,
  edges: readonly LineageEdge[],
  byId: ReadonlyMap<string, LineageNode>,
): boolean =>
  edges.some(
    ({ parent, child, kind }) =>
      kind !== "told" && nodeId(child) === nodeId(node) && byId.get(nodeId(parent))?.taint === "TAINTED",
  );

function Elsewhere({ of }: { readonly of: Foreign }) {
  const { parent, item } = of;
  return (
    <>
      <span>
        <code title={parent?.claimId ?? item}>{short(parent?.claimId ?? item ?? "0x")}</code>{" "}
        {parent !== undefined && `record ${parent.recordIndex}`}
      </span>
      <span className="soft">
        {parent === undefined ? "known by its hash alone" : `chain ${parent.chainId}`}
      </span>
      <span className="soft">elsewhere, never trusted</span>
    </>
  );
}

function Node({ of, isNext }: { readonly of: LineageNode; readonly isNext: boolean }) {
  const nameOf = useNames();
  const { claimId, recordIndex, phase, taint, modelId, operator, distance } = of;
  return (
    <>
      <Link
        to={`/claims/${claimId}/records/${recordIndex}/lineage`}
        aria-current={distance === 0 ? "true" : undefined}
      >
        <code>{short(claimId)}</code> <span className="of">record</span> {recordIndex}
      </Link>
      <span className="soft">
        {modelId === undefined || operator === undefined
          ? "unknown claim"
          : `${nameOf(operator)} with ${nameOf(modelId)}`}
      </span>
      <span className="state">
        <Badge of={phase} />
        {taint === "TAINTED" ? (
          <Badge of="TAINTED" />
        ) : (
          <span className="soft">{isNext ? "not pushed yet" : "no taint pushed"}</span>
        )}
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
