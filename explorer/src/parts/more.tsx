import type { Page } from "onus/api";
import { useState, type ReactNode } from "react";

import { askIndex, useIndex, useSettings } from "../api.ts";
import { Show } from "./waiting.tsx";

/** A list of which the next page comes when asked for. `path` has its question mark already. */
export function Pages<Item>(props: {
  readonly path: string;
  readonly what: string;
  readonly every?: number;
  readonly children: (items: readonly Item[]) => ReactNode;
}) {
  const { path, what, every, children } = props;
  const { api } = useSettings();
  const first = useIndex<Page<Item>>(path, every);
  const [more, setMore] = useState<{ path: string; items: readonly Item[]; next: string | undefined }>();
  const known = more?.path === path ? more : undefined;
  return (
    <Show answer={first} what={what}>
      {({ items, next }) => {
        const cursor = known === undefined ? next : known.next;
        const load = async (): Promise<void> => {
          const page = await askIndex<Page<Item>>(api, `${path}&cursor=${encodeURIComponent(cursor ?? "")}`);
          setMore({ path, items: [...(known?.items ?? []), ...page.items], next: page.next });
        };
        return (
          <>
            {children([...items, ...(known?.items ?? [])])}
            {cursor !== undefined && (
              <p>
                <button type="button" onClick={() => void load()}>
                  More {what}
                </button>
              </p>
            )}
          </>
        );
      }}
    </Show>
  );
}
