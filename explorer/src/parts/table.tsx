import type { ReactNode } from "react";

export type Column<Row> = {
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** This column names the row. */
  readonly isName?: boolean;
};

/** A table with a caption and headers; it scrolls by itself where it is wider than the page. */
export function Table<Row>(props: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly empty?: string;
  readonly showsCaption?: boolean;
  /** Scrolls up and down by itself, too. */
  readonly isTall?: boolean;
}) {
  const { caption, columns, rows, keyOf, empty = "None.", showsCaption = false, isTall = false } = props;
  if (rows.length === 0) return <p className="soft">{empty}</p>;
  return (
    <div className={`scroll ${isTall ? "tall" : ""}`} role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption className={showsCaption ? undefined : "hidden"}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, isNumber }) => (
              <th key={head} scope="col" className={isNumber ? "number" : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ head, cell, isNumber, isName }) =>
                isName ? (
                  <th key={head} scope="row" className={isNumber ? "number" : undefined}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={head} className={isNumber ? "number" : undefined}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Names and what they stand for. */
export function Facts({ of }: { readonly of: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Figures to see at a glance. */
export function Figures({
  of,
}: {
  readonly of: readonly (readonly [name: string, value: ReactNode, note?: ReactNode])[];
}) {
  return (
    <dl className="figures">
      {of.map(([name, value, note]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong>{value}</strong>
            {note !== undefined && <span className="soft">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
