import { useId, useState } from "react";

import type { Handed } from "../check/jobs.ts";

/** A place for files: they are chosen, or dropped, and stay in this browser. */
export function Drop(props: {
  readonly label: string;
  readonly note?: string;
  readonly many?: boolean;
  readonly accept?: string;
  readonly take: (files: readonly Handed[]) => void;
}) {
  const { label, note, many = false, accept, take } = props;
  const [isOver, setOver] = useState(false);
  const id = useId();
  const read = async (files: FileList | null): Promise<void> => {
    const handed = await Promise.all(
      Array.from(files ?? [], async (file) => ({
        name: file.name,
        bytes: new Uint8Array(await file.arrayBuffer()),
      })),
    );
    if (handed.length > 0) take(many ? handed : handed.slice(0, 1));
  };
  return (
    <div
      className={`drop ${isOver ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void read(event.dataTransfer.files);
      }}
    >
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="file"
        multiple={many}
        {...(accept !== undefined && { accept })}
        onChange={({ target }) => void read(target.files)}
      />
      {note !== undefined && <p className="soft">{note}</p>}
    </div>
  );
}
