import type { Bundle, Statement } from "../audit/bundle.js";
import { isForeign } from "../claim/named-parent.js";
import { visibleLine } from "../types/visible-text.js";
import { formatWei } from "../types/wei.js";
import { table } from "./table.js";

/** A name and a value; `words`: a stranger's, which say what they like. */
type Fact = readonly [name: string, value: string, words?: "words"];

const day = (seconds: number | null): string =>
  seconds === null
    ? "not shown"
    : `${new Date(seconds * 1_000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
const wei = (text: string): string => formatWei(BigInt(text));

/** Who, what, when, in lines of a name and a value: for a terminal, and for a page. */
function factsOf({ subject, trust, statement }: Bundle): readonly Fact[] {
  const { model, operator, key, claim, record, receipt } = statement;
  const optional = (name: string, value: string | undefined | null): Fact[] =>
    value === undefined || value === null ? [] : [[name, value]];
  const words = (name: string, text: string): Fact[] => (text === "" ? [] : [[name, text, "words"]]);
  return [
    ["subject", describeSubject(subject)],
    ["model", describeModel(model)],
    ["publisher", model.publisher],
    ["artifact", `${model.artifactId} (${model.artifact.kernelCount} kernels)`],
    ...words("found at", model.uri),
    ...optional("supersedes", /^0x0+$/.test(model.superseded) ? null : model.superseded),
    [
      "operator",
      `${operator.address}${operator.jailedAt === null ? "" : `, jailed ${day(operator.jailedAt)}`}`,
    ],
    ...words("endpoint", operator.endpoint),
    ...optional("key", key && describeKey(key)),
    ["claim", claim === null ? "none shown" : describeClaim(claim)],
    ...optional("submitted", claim && `${day(claim.submittedAt)}; window until ${day(claim.windowEndsAt)}`),
    ...optional("record", record && `${record.index}: ${record.hash}`),
    ...optional("requester", record?.requester),
    ...optional("input", record?.inputRoot),
    ...optional("output", record?.outputRoot),
    ...optional("trace", record && describeTrace(record)),
    ...(receipt === null ? [] : describeReceipt(receipt)),
    ...(claim === null ? [] : describeLife(statement)),
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

export const summaryOf = (bundle: Bundle): string =>
  table(
    factsOf(bundle).map(([name, value, words]) => [name, words ? shortened(JSON.stringify(value)) : value]),
  );

/** One page for people. */
export function reportOf(bundle: Bundle): string {
  const rows = factsOf(bundle).map(
    ([name, value, words]) => `| ${name} | ${words ? asCode(value) : value} |`,
  );
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

/** What became of the claim. */
function describeLife(statement: Statement): Fact[] {
  const { verdict, fault, shares, lineage, deployment } = statement;
  const foreign = describeForeign(lineage);
  return [
    ["sessions", describeSessions(statement.sessions)],
    ["verdict", verdict.phase === null ? "none shown" : `${verdict.phase}, ${day(verdict.decidedAt)}`],
    ...(fault === null ? [] : [["fault", describeFault(fault, deployment)] as const]),
    ...(shares === null ? [] : describeShares(shares)),
    ["made from", describeEdges(homeOf(lineage), edgesOf(statement, "child"), "parent")],
    ...(foreign ? [["and from elsewhere", foreign] as const] : []),
    ["used by", describeEdges([], edgesOf(statement, "parent"), "child")],
    ["taint", describeTaint(statement)],
  ];
}

function describeShares(shares: NonNullable<Statement["shares"]>): Fact[] {
  const { penalty, beneficiaryShare, perRecord, toBurn } = shares;
  const parts = `${wei(beneficiaryShare)} to the beneficiary, ${wei(perRecord)} a record, ${wei(toBurn)} burned`;
  return [
    ["shares", `${wei(penalty)} lost: ${parts}`],
    ["paid", describePaid(shares)],
  ];
}

const describeClaim = ({ id, n, liability }: NonNullable<Statement["claim"]>): string =>
  `${id}: ${n} ${n === 1 ? "record" : "records"}, ${wei(liability)} of stake behind it`;

/** A revoked key submits nothing: what it submitted came before. */
function describeKey({ address, kind, activeFrom, revokedAt }: NonNullable<Statement["key"]>): string {
  return kind === "owner"
    ? `${address}, the operator's own`
    : `${address}, ${describeSigner(activeFrom, revokedAt)}${revokedAt === null ? "" : ", after the claim"}`;
}

/** A key that nobody is seen to have revoked may be revoked all the same. */
const describeSigner = (activeFrom: number | null, revokedAt: number | null): string =>
  `a signer of it, ${activeFrom === null ? "since when is not shown" : `since ${day(activeFrom)}`}; ` +
  (revokedAt === null ? "its revocation is not shown" : `revoked ${day(revokedAt)}`);

function describeReceipt(receipt: NonNullable<Statement["receipt"]>): Fact[] {
  const { hash, signer, key, issuedAt, inclusionDeadline, liability, maxRecords, isKept } = receipt;
  const whose = {
    owner: "the operator's own",
    signer: describeSigner(key.activeFrom, key.revokedAt),
    none: "not shown to be a key of the operator: it binds nobody",
  }[key.kind ?? "none"];
  const isEarly = key.activeFrom !== null && issuedAt < key.activeFrom;
  const isLate = key.revokedAt !== null && issuedAt >= key.revokedAt;
  const when = isEarly ? ", before the key counted" : isLate ? ", after the key was revoked" : "";
  const keeps =
    isKept === null ? "not shown to be kept by a claim" : isKept ? "kept" : "of other terms than the claim";
  const terms = `${wei(liability)} behind at most ${maxRecords} records`;
  return [
    ["receipt", `${hash}: ${keeps}`],
    ["signed by", `${signer}, ${whose}`],
    ["issued", `${day(issuedAt)}${when}`],
    ["promises", `record ${receipt.recordHash} in a claim before ${day(inclusionDeadline)}, ${terms}`],
    ["in court", describeCourt(receipt.court)],
    ...(receipt.shares === null ? [] : describeShares(receipt.shares)),
  ];
}

function describeCourt(court: NonNullable<Statement["receipt"]>["court"]): string {
  const { presentedAt, complaint, answeredBy, fault, brokenAt } = court;
  const said = [
    ...(presentedAt === null ? [] : [`presented ${day(presentedAt)}`]),
    ...(complaint === null ? [] : [`${complaint.complainant} complained ${day(complaint.at)}`]),
    ...(answeredBy === null ? [] : [`answered with claim ${answeredBy}`]),
    ...(fault === null ? [] : [`BROKEN by ${fault} ${day(brokenAt)}`]),
  ];
  return said.length === 0 ? "nothing shown" : said.join("; ");
}

const describeSessions = (sessions: Statement["sessions"]): string =>
  sessions.length === 0
    ? "none shown"
    : sessions
        .map(({ questions, answers, end }) => `${questions} asked, ${answers} answered, ${end ?? "open"}`)
        .join("; ");

/** A URI is as long as whoever pays for it wants. */
const MOST_CHARACTERS = 200;
const shortened = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}… (${text.length} characters)`;

const homeOf = ({ parents }: Statement["lineage"]): readonly Place[] =>
  parents.filter((parent) => !isForeign(parent));

/** Nobody looked there, and nothing that is said of them here comes from there. */
function describeForeign({ parents }: Statement["lineage"]): string | undefined {
  const places = parents
    .filter(isForeign)
    .map((one) => `${one.claimId}:${one.recordIndex}@${one.chainId}:${one.claimBook}`);
  return places.length === 0 ? undefined : `${places.join(", ")}: shown, never trusted`;
}

/** What the parts say that a fault is proven to. Of a proof in stages the last one is the call in which the claim fell. */
const PROVERS = {
  referee: (address: string) => `the referee ${address}`,
  workbench: (address: string) => `the workbench ${address}, which ended a proof in stages`,
  inquiry: (address: string) => `the inquiry ${address}`,
} as const;

function describeFault(
  { kind, calls, beneficiary }: NonNullable<Statement["fault"]>,
  deployment: Statement["deployment"],
): string {
  const part = (["referee", "workbench", "inquiry"] as const).find((name) => deployment[name] === calls);
  const whom = calls === null ? "whom is not shown" : part === undefined ? calls : PROVERS[part](calls);
  return `${kind}, proven by a call of ${whom}; paid for it: ${beneficiary}`;
}

/** In a page a stranger's words are code: no link, no picture, no HTML, and no row of their own. */
const asCode = (text: string): string =>
  `\`${shortened(visibleLine(text)).replaceAll("`", "\\u0060").replaceAll("|", "\\u007c")}\``;

function describeModel({ id, publishedAt, retiredAt }: Statement["model"]): string {
  const retired = retiredAt === null ? "" : `, retired ${day(retiredAt)}`;
  return `${id}, published ${day(publishedAt)}${retired}`;
}

function describeTrace({ traceRoot, statedTrace }: NonNullable<Statement["record"]>): string {
  if (!/^0x0+$/.test(traceRoot)) return traceRoot;
  return statedTrace === null ? "owed when it is asked for; not shown" : `${statedTrace}, stated later`;
}

function describePaid({ beneficiaryPaid, recordsPaid, burned }: NonNullable<Statement["shares"]>): string {
  const beneficiary = beneficiaryPaid ? "the beneficiary's share" : "no beneficiary's share";
  const records = `${recordsPaid} ${recordsPaid === 1 ? "record's" : "records'"}`;
  return `${beneficiary}, ${records}; ${wei(burned)} burned, as far as is shown`;
}

type Place = Statement["lineage"]["parents"][number];
type Edge = Statement["lineage"]["edges"][number];

/** Edges at the claim, and only at the record where one is asked about. */
const edgesOf = ({ claim, record, lineage }: Statement, end: "parent" | "child"): readonly Edge[] =>
  lineage.edges.filter(
    (edge) => edge[end].claimId === claim?.id && (record === null || edge[end].recordIndex === record.index),
  );

/** Places that a record names, and those that the chain was shown; of two kinds the stronger one is told. */
function describeEdges(told: readonly Place[], edges: readonly Edge[], end: "parent" | "child"): string {
  const nameOf = ({ claimId, recordIndex }: Place): string => `${claimId}:${recordIndex}`;
  const kinds = new Map(told.map((place) => [nameOf(place), "named in the record"]));
  for (const kind of ["stated", "bound"] as const)
    for (const edge of edges) if (edge.kind === kind) kinds.set(nameOf(edge[end]), kind);
  return kinds.size === 0
    ? "nothing shown"
    : [...kinds].map(([name, kind]) => `${name} (${kind})`).join(", ");
}

function describeTaint({ verdict, lineage, claim, record }: Statement): string {
  if (verdict.phase === "FAULTED") return "TAINTED: the claim itself fell";
  const own = lineage.taints.filter(
    ({ claimId, recordIndex }) => claimId === claim?.id && (record === null || recordIndex === record.index),
  );
  if (own.length === 0) return "NOT_PUSHED: none is shown, which does not say that there is none";
  return `TAINTED: ${own.map(({ recordIndex, cause }) => `record ${recordIndex} by ${cause}`).join(", ")}`;
}
