import type { RecordPage, SearchHit, SearchResult, Status } from "onus/api";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";

import { askIndex, useIndex, useSettings } from "../api.ts";
import { doJob } from "../check/do-job.ts";
import type { Handed } from "../check/jobs.ts";
import { short } from "../format.ts";
import { ClaimsTable } from "../parts/claims-table.tsx";
import { Drop } from "../parts/drop.tsx";
import { Hash } from "../parts/hash.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";

type Found = {
  readonly name: string;
  readonly lines: readonly {
    readonly what: string;
    readonly hash: string;
    readonly hits: readonly SearchHit[];
    readonly records: RecordPage["items"];
  }[];
};

export function SearchPage() {
  const { api, names } = useSettings();
  const [query, setQuery] = useSearchParams();
  const wanted = query.get("q") ?? "";
  // What is no hash may be a name; the index knows none.
  const isHash = /^(0x)?[0-9a-f]+$/i.test(wanted);
  const named = Object.entries(names).filter(
    ([, name]) => wanted.length > 1 && name.toLowerCase().includes(wanted.toLowerCase()),
  );
  const answer = useIndex<SearchResult>(!isHash ? undefined : `/v1/search?q=${encodeURIComponent(wanted)}`);
  const [found, setFound] = useState<Found | { readonly failed: string }>();

  const lookUp = async (file: Handed): Promise<void> => {
    try {
      const { chainId, deployment } = await askIndex<Status>(api, "/v1/status");
      const claimBook = { chainId, contract: deployment.claimBook };
      const roots = await doJob({ kind: "roots", file, claimBook });
      const lines = await Promise.all(
        roots.map(async ({ what, hash }) => {
          const { hits } = await askIndex<SearchResult>(api, `/v1/search?q=${hash}`);
          const isHash = hash.length === 66;
          const { items } = isHash ? await askIndex<RecordPage>(api, `/v1/outputs/${hash}`) : { items: [] };
          return { what, hash, hits, records: items };
        }),
      );
      setFound({ name: file.name, lines });
    } catch (error) {
      setFound({ failed: (error as Error).message });
    }
  };
  return (
    <>
      <Title text="Search" />
      <div className="columns even">
        <Section
          title="By hash, address or name"
          note="Claims, records, models, artifacts, operators, signers, sessions, receipts, outputs, transactions; from six digits on."
        >
          <form
            role="search"
            aria-label="Search everything"
            className="wide"
            action={(form: FormData) => setQuery({ q: String(form.get("q") ?? "").trim() })}
          >
            <label htmlFor="q">hash, address or name</label>
            <span className="row">
              <input
                id="q"
                name="q"
                type="search"
                defaultValue={wanted}
                key={wanted}
                spellCheck={false}
                autoComplete="off"
              />
              <button type="submit" className="main">
                Search
              </button>
            </span>
          </form>
          {named.length > 0 && (
            <ul className="hits" aria-label="Called so">
              {named.map(([hash]) => (
                <li key={hash}>
                  <span className="kind">{hash.length === 42 ? "account" : "model"}</span>{" "}
                  <Hash kind={hash.length === 42 ? "account" : "model"} value={hash} />{" "}
                  <code className="soft">{short(hash)}</code>
                </li>
              ))}
            </ul>
          )}
          {wanted !== "" && !isHash && named.length === 0 && (
            <p>Nothing is called so, and it is no hash: give 0x and six hex digits or more.</p>
          )}
          {isHash && (
            <Show answer={answer} what="what has this hash">
              {({ hits }) => <Hits hits={hits} />}
            </Show>
          )}
        </Section>
        <Section
          title="By a file"
          note="An output (.npy, .pb, .json or raw bytes), a receipt or a claim file. It is hashed here; only hashes are asked for."
        >
          <Drop label="output, receipt or claim file" take={([file]) => file && void lookUp(file)} />
          {found !== undefined &&
            ("failed" in found ? (
              <p className="notice bad" role="alert">
                {found.failed}
              </p>
            ) : (
              <div aria-live="polite">
                {found.lines.map(({ what, hash, hits, records }) => (
                  <div key={hash}>
                    <h3>
                      {what} <Hash kind="other" value={hash} what={what} />
                    </h3>
                    {hits.length + records.length === 0 ? (
                      <p className="soft">
                        No known record has it. That says nothing about records nobody has shown.
                      </p>
                    ) : (
                      <Hits hits={hits} />
                    )}
                    {records.length > 0 && (
                      <ClaimsTable
                        claims={records.map(({ claim }) => claim)}
                        caption="Claims with this output"
                      />
                    )}
                  </div>
                ))}
              </div>
            ))}
        </Section>
      </div>
    </>
  );
}

function Hits({ hits }: { readonly hits: readonly SearchHit[] }) {
  if (hits.length === 0) return <p>Nothing that is known has this hash, or begins with it.</p>;
  return (
    <ul className="hits" aria-label="Found">
      {hits.map((hit) => (
        <li key={JSON.stringify(hit)}>
          <span className="kind">{hit.kind}</span> <Hit of={hit} />
        </li>
      ))}
    </ul>
  );
}

function Hit({ of }: { readonly of: SearchHit }) {
  const { names } = useSettings();
  switch (of.kind) {
    case "claim":
    case "operator":
    case "model":
    case "session":
    case "receipt":
      return (
        <>
          <Hash kind={of.kind} value={of.id} />{" "}
          {names[of.id.toLowerCase()] && <code className="soft">{short(of.id)}</code>}
        </>
      );
    case "signer":
      return (
        <>
          <Hash kind="other" value={of.id} what="signer" /> of <Hash kind="operator" value={of.operator} />
        </>
      );
    case "artifact":
      return (
        <>
          <Hash kind="other" value={of.id} what="artifact" /> of{" "}
          {of.models.map((model) => (
            <Hash key={model} kind="model" value={model} />
          ))}
        </>
      );
    case "record":
    case "output":
    case "input":
      return (
        <>
          record {of.recordIndex} of <Hash kind="claim" value={of.claimId} />{" "}
          <Link to={`/claims/${of.claimId}/records/${of.recordIndex}/check`}>check it yourself</Link>
        </>
      );
    case "transaction":
      return (
        <>
          <Hash kind="other" value={of.id} what="transaction" /> touched{" "}
          {of.subjects.map((subject) => (
            <Link key={subject} to={`/search?q=${subject}`}>
              <code>{subject.slice(0, 10)}</code>
            </Link>
          ))}
        </>
      );
    case "account":
      return <Hash kind="other" value={of.id} what="account" />;
  }
}
