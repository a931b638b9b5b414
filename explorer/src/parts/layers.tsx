import { useEffect, useRef, type ReactNode } from "react";

export type LayerNode = {
  readonly id: string;
  readonly layer: number;
  readonly content: ReactNode;
  readonly tone?: string;
};
export type LayerEdge = { readonly from: string; readonly to: string; readonly tone?: string };

type Size = { readonly width: number; readonly height: number; readonly gapX: number; readonly gapY: number };
const PAD = 14;

/** Nodes in layers from top to bottom (or left to right), with lines between them. Nodes are ordinary content. */
export function Layers(props: {
  readonly label: string;
  readonly nodes: readonly LayerNode[];
  readonly edges: readonly LayerEdge[];
  readonly size: Size;
  readonly across?: boolean;
}) {
  const { label, nodes, edges, size, across = false } = props;
  const { width, height, gapX, gapY } = size;
  const places = placeNodes(nodes, edges);
  const widest = Math.max(1, ...[...places.values()].map(({ count }) => count));
  const least = Math.min(...nodes.map(({ layer }) => layer));
  const at = (id: string): { x: number; y: number } => {
    const { layer, position, count } = places.get(id) ?? { layer: least, position: 0, count: 1 };
    const along = layer - least;
    const beside = position + (widest - count) / 2;
    return across
      ? { x: PAD + along * (width + gapX), y: PAD + beside * (height + gapY) }
      : { x: PAD + beside * (width + gapX), y: PAD + along * (height + gapY) };
  };
  const deep = Math.max(...nodes.map(({ layer }) => layer)) - least + 1;
  const [columns, rows] = across ? [deep, widest] : [widest, deep];
  const whole = {
    width: 2 * PAD + columns * (width + gapX) - gapX,
    height: 2 * PAD + rows * (height + gapY) - gapY,
  };
  const place = useRef<HTMLDivElement>(null);
  const self = nodes.find(({ tone }) => tone?.includes("self"));
  const middle = self === undefined ? whole.width / 2 : at(self.id).x + width / 2;
  // Where it is wider than the page, one begins at what was asked about.
  useEffect(() => {
    const element = place.current;
    if (element !== null) element.scrollLeft = middle - element.clientWidth / 2;
  }, [middle]);
  return (
    <div ref={place} className="layers" role="region" aria-label={label} tabIndex={0}>
      <div style={whole} className="plane">
        <svg {...whole} aria-hidden="true">
          {edges.map(({ from, to, tone = "" }) => {
            const [a, b] = [at(from), at(to)];
            const path = across
              ? curve(a.x + width, a.y + height / 2, b.x, b.y + height / 2, true)
              : curve(a.x + width / 2, a.y + height, b.x + width / 2, b.y, false);
            return <path key={`${from} ${to} ${tone}`} className={`edge ${tone}`} d={path} />;
          })}
        </svg>
        <ul>
          {nodes.map(({ id, content, tone = "" }) => {
            const { x, y } = at(id);
            return (
              <li key={id} className={`node ${tone}`} style={{ left: x, top: y, width, height }}>
                {content}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

function curve(x1: number, y1: number, x2: number, y2: number, across: boolean): string {
  const bend = (across ? x2 - x1 : y2 - y1) / 2;
  return across
    ? `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
    : `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}

/** In each layer by the mean place of what leads there: one sweep, which leaves few crossings in graphs of this kind. */
function placeNodes(nodes: readonly LayerNode[], edges: readonly LayerEdge[]) {
  const places = new Map<string, { layer: number; position: number; count: number }>();
  const layers = new Map<number, string[]>();
  for (const { id, layer } of nodes) layers.set(layer, [...(layers.get(layer) ?? []), id]);
  const before = new Map<string, string[]>();
  for (const { from, to } of edges) before.set(to, [...(before.get(to) ?? []), from]);
  for (const layer of [...layers.keys()].sort((a, b) => a - b)) {
    const ids = layers.get(layer) ?? [];
    const mean = (id: string): number => {
      const known = (before.get(id) ?? []).flatMap((one) => places.get(one) ?? []);
      if (known.length === 0) return 0.5;
      return known.reduce((sum, { position, count }) => sum + (position + 0.5) / count, 0) / known.length;
    };
    const sorted = ids.map((id) => [mean(id), id] as const).sort(([a], [b]) => a - b);
    sorted.forEach(([, id], position) => places.set(id, { layer, position, count: ids.length }));
  }
  return places;
}
