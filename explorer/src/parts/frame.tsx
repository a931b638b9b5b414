import type { Status } from "onus/api";
import { useEffect, useRef, type ReactNode } from "react";
import { Link, NavLink, useLocation, useNavigate } from "react-router";

import { LOOK_EVERY, useIndex, useSettings } from "../api.ts";
import { count } from "../format.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

const PAGES = [
  ["/", "Overview"],
  ["/claims", "Claims"],
  ["/operators", "Operators"],
  ["/models", "Models"],
  ["/compare", "Compare"],
  ["/search", "Search"],
] as const;

/** What is around every page: where one is, where one may go, and how far the index has read. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const { name } = useSettings();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const status = useIndex<Status>("/v1/status", LOOK_EVERY);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  // Whoever listens to the page is told that it is another one.
  useEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname]);
  const find = (form: FormData): void => {
    const query = String(form.get("q") ?? "").trim();
    if (query !== "") void navigate(`/search?q=${encodeURIComponent(query)}`);
  };
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="top">
        <div className="bar">
          <Link to="/" className="brand">
            <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
              <circle cx="16" cy="16" r="11" fill="none" stroke="currentColor" strokeWidth="5" />
              <circle cx="16" cy="16" r="3.2" fill="currentColor" />
            </svg>
            Onus
          </Link>
          <nav aria-label="Pages">
            <ul>
              {PAGES.map(([to, label]) => (
                <li key={to}>
                  <NavLink to={to} end={to === "/"}>
                    {label}
                  </NavLink>
                </li>
              ))}
            </ul>
          </nav>
          <form action={find} role="search" className="find">
            <input
              name="q"
              type="search"
              placeholder="hash, address or name"
              aria-label="Search by hash, address or name"
            />
          </form>
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <footer>
        <p>
          {name !== "" && <>{name} · </>}
          {status.state === "here" ? (
            <>
              chain {status.value.chainId}
              {status.value.indexed !== undefined && <> · block {count(status.value.indexed.number)} read</>}
            </>
          ) : status.state === "failed" ? (
            "the index does not answer"
          ) : (
            "asking the index"
          )}
        </p>
        <p>
          Everything here is read from events. Nothing here is ever called clean: that nobody pushed a taint
          says nothing. Times are UTC.
        </p>
      </footer>
    </>
  );
}
