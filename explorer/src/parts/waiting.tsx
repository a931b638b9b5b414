import type { ReactNode } from "react";

import type { Answer } from "../api.ts";

export function Waiting({ what }: { readonly what: string }) {
  return (
    <p className="waiting" role="status">
      Asking for {what}…
    </p>
  );
}

/** Shows an answer when it is here, and says what is the matter until then. */
export function Show<Value>(props: {
  readonly answer: Answer<Value>;
  readonly what: string;
  readonly children: (value: Value) => ReactNode;
}) {
  const { answer, what, children } = props;
  if (answer.state === "here") return children(answer.value);
  if (answer.state === "waiting") return <Waiting what={what} />;
  return (
    <div className="notice bad" role="alert">
      <p>
        <strong>{answer.code}</strong> {answer.message}
      </p>
      {answer.hint !== undefined && <p>{answer.hint}</p>}
    </div>
  );
}
