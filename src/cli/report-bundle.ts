import type { Bundle, Statement } from "../audit/bundle.js";
import { isForeign } from "../claim/named-parent.js";
import { formatWei } from "../types/wei.js";

const day = (seconds: number | null): string =>
  seconds === null
    ? "not shown"
    : `${new Date(seconds * 1_000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
const wei = (text: string): string => formatWei(BigInt(text));

/** Who, what, when, in lines of a name and a value: for a terminal, and for a page. */
export function factsOf({ subject, trust, statement }: Bundle): readonly (readonly [string, string])[] {
  const { model, operator, key, claim, record, receipt, verdict, fault, shares, lineage } = statement;
  const optional = (name: string, value: string | undefined | null): [string, string][] =>
    value === undefined || value === null ? [] : [[name, value]];
  return [
    ["subject", describeSubject(subject)],
    ["model", `${model.id}, published ${day(model.publishedAt)}`],
    ["publisher", model.publisher],
    ["artifact", `${model.artifactId} (${model.artifact.kernelCount} kernels)`],
    ...optional("supersedes", /^0x0+$/.test(model.superseded) ? null : model.superseded),
    [
      "operator",
      `${operator.address}${operator.jailedAt === null ? "" : `, jailed ${day(operator.jailedAt)}`}`,
    ],
    ["key", describeKey(key)],
    ["claim", `${claim.id}: ${claim.n} records, ${wei(claim.liability)}`],
    ["submitted", `${day(claim.submittedAt)}; window until ${day(claim.windowEndsAt)}`],
    ...optional("record", record && `${record.index}: ${record.hash}`),
    ...optional("requester", record?.requester),
    ...optional("input", record?.inputRoot),
    ...optional("output", record?.outputRoot),
    ...optional(
      "receipt",
      receipt && `${receipt.hash} by ${receipt.signer}: ${receipt.isKept ? "kept" : "not kept"}`,
    ),
    ["sessions", describeSessions(statement.sessions)],
    ["verdict", verdict.phase === null ? "none shown" : `${verdict.phase}, ${day(verdict.decidedAt)}`],
    ...optional("fault", fault && `${fault.kind}; paid for the proof: ${fault.beneficiary}`),
    ...optional(
      "shares",
      shares &&
        `${wei(shares.penalty)} lost: ${wei(shares.beneficiaryShare)} to the beneficiary, ` +
          `${wei(shares.perRecord)} a record, ${wei(shares.toBurn)} burned`,
    ),
    ["made from", describePlaces([...homeOf(lineage), ...parentsOf(lineage, claim.id)])],
    ...optional("and from elsewhere", describeForeign(lineage)),
    ["used by", describePlaces(childrenOf(lineage, claim.id))],
    ["taint", describeTaint(statement)],
    ["rests on", `block ${trust.block.number} ${trust.block.hash} of chain ${trust.chainId}`],
    ...optional(
      "and on",
      trust.others.length === 0
        ? null
        : trust.others.map(({ number, hash }) => `block ${number} ${hash}`).join(", "),
    ),
    ["deployment", trust.onus],
  ];
}

export function summaryOf(bundle: Bundle): string {
  const facts = factsOf(bundle);
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

/** One page for people. */
export function reportOf(bundle: Bundle): string {
  const rows = factsOf(bundle).map(([name, value]) => `| ${name} | ${value.replaceAll("|", "\\|")} |`);
  const timeline = bundle.statement.timeline.map(
    ({ block, time, event }) => `| ${day(time)} | ${block} | ${event} |`,
  );
  return [
    "# Who is responsible",
    "",
    "What is not shown is not proven to be absent: a bundle proves what happened up to its last block, not that nothing else",
    "did. Check it with `onus verify`.",
    "",
    "| | |",
    "|---|---|",
    ...rows,
    "",
    "## What happened",
    "",
    "| when | block | event |",
    "|---|---|---|",
    ...timeline,
    "",
  ].join("\n");
}

const describeSubject = ({ kind, recordIndex, tensorRoot }: Bundle["subject"]): string =>
  [kind, recordIndex === null ? "" : `record ${recordIndex}`, tensorRoot ?? ""].filter(Boolean).join(", ");

function describeKey({ address, kind, activeFrom, revokedAt }: Statement["key"]): string {
  if (kind === "owner") return `${address}, the operator's own`;
  return `${address}, its signer from ${day(activeFrom)}${revokedAt === null ? "" : ` until ${day(revokedAt)}`}`;
}

const describeSessions = (sessions: Statement["sessions"]): string =>
  sessions.length === 0
    ? "none shown"
    : sessions
        .map(({ questions, answers, end }) => `${questions} asked, ${answers} answered, ${end ?? "open"}`)
        .join("; ");

type Place = Statement["lineage"]["edges"][number]["parent"];
const homeOf = ({ parents }: Statement["lineage"]): Place[] => parents.filter((parent) => !isForeign(parent));
/** Nobody looked there, and nothing that is said of them here comes from there. */
function describeForeign({ parents }: Statement["lineage"]): string | undefined {
  const places = parents
    .filter(isForeign)
    .map((one) => `${one.claimId}/${one.recordIndex} of ${one.claimBook} on chain ${one.chainId}`);
  return places.length === 0 ? undefined : `${places.join(", ")}: shown, never trusted`;
}
const describePlaces = (places: readonly Place[]): string => {
  const texts = new Set(places.map(({ claimId, recordIndex }) => `${claimId}/${recordIndex}`));
  return texts.size === 0 ? "nothing shown" : [...texts].join(", ");
};
const parentsOf = ({ edges }: Statement["lineage"], claim: string): Place[] =>
  edges.filter(({ child }) => child.claimId === claim).map(({ parent }) => parent);
const childrenOf = ({ edges }: Statement["lineage"], claim: string): Place[] =>
  edges.filter(({ parent }) => parent.claimId === claim).map(({ child }) => child);

function describeTaint({ verdict, lineage, claim }: Statement): string {
  if (verdict.phase === "FAULTED") return "TAINTED: the claim itself fell";
  const own = lineage.taints.filter(({ claimId }) => claimId === claim.id);
  return own.length === 0 ? "NOT_PUSHED" : `TAINTED by ${own.map(({ cause }) => cause).join(", ")}`;
}
