import type { ApiRecord, ClaimDetail } from "onus/api";
import { Link, useParams } from "react-router";

import { LOOK_EVERY, useIndex, useSettings } from "../api.ts";
import { amount, count, duration, plural, short } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { Clocks } from "../parts/clocks.tsx";
import { EventsList } from "../parts/events-list.tsx";
import { Hash } from "../parts/hash.tsx";
import { sayFault } from "../parts/say-fault.ts";
import { SessionsTable } from "../parts/sessions-table.tsx";
import { Shares } from "../parts/shares.tsx";
import { Facts, Figures, Table } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";

const ZERO = `0x${"0".repeat(64)}`;
const SOURCES = { answer: "answered on chain", posted: "handed in, and found to open" } as const;

export function ClaimPage() {
  const { id = "" } = useParams();
  const claim = useIndex<ClaimDetail>(`/v1/claims/${id}`, LOOK_EVERY);
  return (
    <Show answer={claim} what="the claim">
      {(value) => <Claim of={value} />}
    </Show>
  );
}

function Claim({ of }: { readonly of: ClaimDetail }) {
  const { stakeUnit } = useSettings();
  const perRecord = (BigInt(of.liability) / BigInt(of.n)).toString();
  const isDisputed = of.sessions.length > 0 || of.phase === "FAULTED";
  return (
    <>
      <Title text={`Claim ${short(of.id)}`} over={<Link to="/claims">Claims</Link>}>
        <Badge of={of.phase} />
        {of.fault !== undefined && <span>{sayFault(of.fault)}</span>}
        {isDisputed && (
          <Link className="button" to={`/claims/${of.id}/replay`}>
            Replay the dispute
          </Link>
        )}
      </Title>
      <Figures
        of={[
          ["liability", amount(of.liability, stakeUnit), `${amount(perRecord, stakeUnit)} a record`],
          ["records", count(of.n), `${count(of.records.length)} known`],
          [
            "window",
            duration(of.window),
            <span key="w">
              {of.decidedAt === undefined ? "may be final " : "decided "}
              <Time at={of.decidedAt ?? of.finalizableAt} />
            </span>,
          ],
          ["sessions", count(of.sessions.length), `${count(of.openSessions)} open`],
        ]}
      />
      <Section title="Phases and clocks">
        <Clocks of={of} />
      </Section>
      <div className="columns">
        <div>
          <Section
            title="Records"
            note={
              of.records.length < of.n && of.records.length > 0
                ? `${plural(of.n - of.records.length, "record")} of this claim nobody has shown: only a hash of each is known.`
                : undefined
            }
          >
            <Records claim={of} />
          </Section>
          {of.sessions.length > 0 && (
            <Section title="Sessions">
              <SessionsTable sessions={of.sessions} caption="Sessions of this claim" />
            </Section>
          )}
          {of.shares !== undefined && (
            <Section title="What it costs">
              <Shares of={of.shares} n={of.n} />
            </Section>
          )}
          <Section title="Who says so">
            <Facts
              of={[
                ["operator", <Hash key="o" kind="operator" value={of.operator} />],
                [
                  "key",
                  <span key="k">
                    <Hash kind="account" value={of.key.address} what="key" />{" "}
                    {of.key.kind === "owner" ? "its own" : "a signer of it"}
                  </span>,
                ],
                ["model", <Hash key="m" kind="model" value={of.modelId} />],
                [
                  "version",
                  `${of.model.version}${of.model.successor === undefined ? "" : ", superseded since"}`,
                ],
                ["publisher", <Hash key="p" kind="account" value={of.model.publisher} what="publisher" />],
                ["claim id", <Hash key="i" kind="other" value={of.id} what="claim id" whole />],
                [
                  "list of records",
                  <Hash key="r" kind="other" value={of.recordsRoot} what="records root" whole />,
                ],
                ["nonce", of.nonce],
              ]}
            />
          </Section>
        </div>
        <Section title="Everything that happened to it">
          <EventsList events={of.timeline} label="Timeline of the claim, oldest first" about={of.id} />
        </Section>
      </div>
    </>
  );
}

function Records({ claim }: { readonly claim: ClaimDetail }) {
  return (
    <Table
      caption="Known records"
      rows={claim.records}
      keyOf={({ index }) => `${index}`}
      empty={`Nobody has shown ${claim.n === 1 ? "its record" : "any of its records"}: only a hash is known. Whoever has the claim file can hand it in (POST /v1/records).`}
      columns={[
        { head: "record", isName: true, cell: ({ index }) => `${index}` },
        {
          head: "look closer",
          cell: ({ index }) => (
            <span className="actions">
              <Link
                to={`/claims/${claim.id}/records/${index}/check`}
                aria-label={`check it yourself: record ${index}`}
              >
                check it yourself
              </Link>
              <Link
                to={`/claims/${claim.id}/records/${index}/lineage`}
                aria-label={`lineage of record ${index}`}
              >
                lineage
              </Link>
            </span>
          ),
        },
        { head: "taint", cell: ({ taint }) => <Badge of={taint} /> },
        {
          head: "requester",
          cell: ({ requester }) => <Hash kind="account" value={requester} what="requester" />,
        },
        { head: "input", cell: ({ inputRoot }) => <Hash kind="other" value={inputRoot} what="input root" /> },
        {
          head: "output",
          cell: ({ outputRoot }) => <Hash kind="other" value={outputRoot} what="output root" />,
        },
        { head: "trace", cell: (record) => <TraceRoot of={record} /> },
        { head: "parents", isNumber: true, cell: ({ parentsCount }) => count(parentsCount) },
        { head: "known by", cell: ({ source }) => SOURCES[source] },
      ]}
    />
  );
}

function TraceRoot({ of: { traceRoot, statedTrace } }: { readonly of: ApiRecord }) {
  if (traceRoot !== ZERO) return <Hash kind="other" value={traceRoot} what="trace root" />;
  if (statedTrace === undefined) return <span className="soft">stated when asked</span>;
  return (
    <>
      <Hash kind="other" value={statedTrace} what="trace root" /> <span className="soft">stated</span>
    </>
  );
}
