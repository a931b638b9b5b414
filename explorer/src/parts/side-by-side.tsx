import type { ReactNode } from "react";

/** One column a thing, one row a question: what is compared stands beside each other. */
export function SideBySide<Item>(props: {
  readonly caption: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly head: (item: Item) => ReactNode;
  readonly rows: readonly (readonly [name: string, cell: (item: Item) => ReactNode])[];
}) {
  const { caption, items, keyOf, head, rows } = props;
  return (
    <div className="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table className="side">
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            <td />
            {items.map((item) => (
              <th key={keyOf(item)} scope="col">
                {head(item)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, cell]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {items.map((item) => (
                <td key={keyOf(item)}>{cell(item)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
