import { useEffect, type ReactNode } from "react";

/** The heading of a page, which the window is called by, too. */
export function Title(props: {
  readonly text: string;
  readonly children?: ReactNode;
  readonly over?: ReactNode;
}) {
  const { text, children, over } = props;
  useEffect(() => {
    document.title = `${text} · Onus explorer`;
  }, [text]);
  return (
    <div className="title">
      {over !== undefined && <p className="over">{over}</p>}
      <h1>{text}</h1>
      {children !== undefined && <div className="beside">{children}</div>}
    </div>
  );
}

export function Section(props: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}) {
  const { title, note, children } = props;
  return (
    <section>
      <h2>{title}</h2>
      {note !== undefined && <p className="soft note">{note}</p>}
      {children}
    </section>
  );
}
