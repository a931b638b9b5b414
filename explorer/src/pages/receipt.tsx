import type { ReceiptDetail } from "onus/api";
import { useParams } from "react-router";

import { LOOK_EVERY, useIndex, useSettings } from "../api.ts";
import { amount, count, short } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { EventsList } from "../parts/events-list.tsx";
import { Hash } from "../parts/hash.tsx";
import { Shares } from "../parts/shares.tsx";
import { Facts } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { Section, Title } from "../parts/title.tsx";
import { Show } from "../parts/waiting.tsx";

const FAULTS = {
  Equivocation: "two answers to one request were signed",
  NonInclusion: "no claim holds the record it promised",
} as const;

export function ReceiptPage() {
  const { hash = "" } = useParams();
  const { stakeUnit } = useSettings();
  const receipt = useIndex<ReceiptDetail>(`/v1/receipts/${hash}`, LOOK_EVERY);
  return (
    <Show answer={receipt} what="the receipt">
      {(value) => (
        <>
          <Title text={`Receipt ${short(value.hash)}`} over="Presented on chain">
            <Badge of={value.stage} />
            {value.fault !== undefined && <span className="bad">{FAULTS[value.fault]}</span>}
          </Title>
          <div className="columns even">
            <Section title="What was promised">
              <Facts
                of={[
                  ["receipt", <Hash key="id" kind="other" value={value.hash} what="receipt" whole />],
                  ["operator", <Hash key="o" kind="operator" value={value.operator} />],
                  ["signed by", <Hash key="s" kind="account" value={value.signer} what="signer" />],
                  ["model", <Hash key="m" kind="model" value={value.modelId} />],
                  ["requester", <Hash key="r" kind="account" value={value.requester} what="requester" />],
                  ["record", <Hash key="h" kind="other" value={value.recordHash} what="record" />],
                  ["output", <Hash key="out" kind="other" value={value.outputRoot} what="output root" />],
                  ["liability", amount(value.liability, stakeUnit)],
                  ["records at most", count(value.maxRecords)],
                  ["issued", <Time key="i" at={value.issuedAt} whole />],
                  ["claimed until", <Time key="d" at={value.inclusionDeadline} whole />],
                  ...(value.claimId === undefined
                    ? []
                    : [["claimed in", <Hash key="c" kind="claim" value={value.claimId} />] as const]),
                ]}
              />
            </Section>
            <div>
              {value.shares !== undefined && (
                <Section title="What it costs">
                  <Shares of={value.shares} n={1} />
                </Section>
              )}
              <Section title="What happened">
                <EventsList
                  events={value.timeline}
                  label="Timeline of the receipt, oldest first"
                  about={value.hash}
                />
              </Section>
            </div>
          </div>
        </>
      )}
    </Show>
  );
}
