import { keccak_256 } from "@noble/hashes/sha3.js";

import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import { artifactId } from "../model/artifact-id.js";
import type { ArtifactCommitment } from "../model/artifact-id.js";
import { modelId } from "../model/model-id.js";
import { dividePenalty } from "../slash/divide-penalty.js";
import { asAddress, ZERO_ADDRESS } from "../types/address.js";
import type { Address } from "../types/address.js";
import { asBytes32, bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { faultNamed } from "../types/fault-names.js";
import type { Place } from "../types/place.js";
import { asSeconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Bundle, ParentPlace, Statement, StatedReceipt, StatedSession } from "./bundle.js";
import type { BundleTools, LogValue } from "./bundle-tools.js";
import { partAddresses, shownParts } from "./part-addresses.js";
import type { ShownParts } from "./part-addresses.js";
import { readConviction, readEvents, refuse } from "./proven-events.js";
import type { ProvenCall, ProvenEvent } from "./proven-events.js";
import { checkNeed, readHeaders } from "./read-headers.js";
import { readRecordOf } from "./read-opened.js";
import { readPromise, stateReceipt } from "./read-promise.js";

type Args = ProvenEvent["args"];
const text = (args: Args, name: string): string => args[name] as string;
const number = (args: Args, name: string): number => args[name] as number;
const hash = (args: Args, name: string): Bytes32 => asBytes32(text(args, name));
const account = (args: Args, name: string): Address => asAddress(text(args, name));

/**
 * What the evidence of a bundle says, and nothing that it does not prove: every path, signature and identity is checked
 * on the way. Throws BUNDLE_REFUSED with the fields of which one is wrong.
 *
 * @param has which parts the deployment was made with
 */
export function readStatement(
  bundle: Pick<Bundle, "subject" | "trust" | "evidence">,
  has: Partial<ShownParts>,
  tools: BundleTools,
): Statement {
  const { subject, trust, evidence } = bundle;
  const headers = readHeaders(trust, evidence);
  const parts = partAddresses(trust.onus, (part) => has[part] !== ZERO_ADDRESS);
  const all = readEvents({ bundle, headers, parts, tools });
  checkNeed(headers, evidence);
  const placeOfPart = (part: "claimBook" | "modelRegistry" | "receiptCourt"): Place => ({
    chainId: BigInt(trust.chainId),
    contract: parts[part],
  });
  const claimed = readClaim(all, subject.claimId, placeOfPart("claimBook"));
  const claim = claimed?.claim;
  const promised = readPromise(bundle, { court: placeOfPart("receiptCourt"), events: all, tools });
  const about = claim ?? promised?.receipt;
  if (about === undefined) throw refuse(["subject.claimId"], "neither a claim nor a receipt is named");
  if (promised !== undefined && promised.receipt.operator !== about.operator)
    throw refuse(["evidence.receipt.receipt.operator", "subject"], `the claim's is ${about.operator}`);
  const keys = new Set([claimed?.submitter, promised?.signer].filter((key) => key !== undefined));
  const { operator, modelId: model } = about;
  const events = concerning(all, { operator, model, id: subject.claimId, keys, receipt: promised?.hash });
  const of = (name: string): readonly ProvenEvent[] => events.filter((event) => event.name === name);
  const statedModel = modelOf(of, placeOfPart("modelRegistry"));
  const record = readRecordOf(bundle, claim, placeOfPart("claimBook"), statedModel.artifact);
  const [faulted] = of("ClaimFaulted");
  const statedTrace = of("TraceStated").find(({ args }) => args["recordIndex"] === record?.index);
  const decided = [...of("ClaimFinalized"), ...of("ClaimFaulted")][0];
  return {
    deployment: shownParts(parts, new Set(all.map(({ part }) => part))),
    model: statedModel,
    operator: operatorOf(of, operator),
    key:
      claimed === undefined
        ? null
        : {
            address: claimed.submitter,
            kind: claimed.submitter === operator ? "owner" : "signer",
            ...intervalOf(of, claimed.submitter),
          },
    claim: claimed === undefined ? null : stateClaim(claimed),
    record:
      record === undefined
        ? null
        : { ...record, statedTrace: statedTrace === undefined ? null : hash(statedTrace.args, "traceRoot") },
    receipt:
      promised === undefined
        ? null
        : stateReceipt(promised, {
            key: receiptKeyOf(of, promised.signer, operator),
            shares: sharesOf(events, promised.hash, 1),
            events,
            claimed: claimed && { ...claimed, opened: record?.hash },
          }),
    sessions: sessionsOf(events),
    verdict: {
      phase: decided === undefined ? null : decided.name === "ClaimFinalized" ? "FINAL" : "FAULTED",
      decidedAt: decided?.time ?? null,
    },
    fault: faultOf(faulted, readConviction(evidence.transactions, headers, faulted)),
    shares: claimed === undefined ? null : sharesOf(events, claimed.id, claimed.claim.n),
    lineage: { parents: evidence.parents ?? [], ...lineageOf(events) },
    timeline: events.map(({ block, time, part, name }) => ({ block, time, event: `${part}.${name}` })),
  };
}

type Claimed = {
  readonly id: Bytes32;
  readonly claim: Claim;
  readonly submitter: Address;
  readonly submittedAt: number;
};

/** The claim as it was submitted; undefined where none is named. */
function readClaim(events: readonly ProvenEvent[], named: Bytes32 | null, book: Place): Claimed | undefined {
  if (named === null) return undefined;
  const submitted = events.find(({ name, args }) => name === "ClaimSubmitted" && args["claimId"] === named);
  if (submitted === undefined) throw refuse(["subject.claimId"], "no event shows that it was submitted");
  const claim = claimOf(submitted.args);
  const id = claimId(claim, book);
  if (id !== named) throw refuse(["trust.chainId"], `on that chain the claim's id is ${id}`);
  return { id, claim, submitter: account(submitted.args, "submitter"), submittedAt: submitted.time };
}

const stateClaim = ({ id, claim, submittedAt }: Claimed): Statement["claim"] => ({
  id,
  nonce: claim.nonce.toString(),
  recordsRoot: claim.recordsRoot,
  n: claim.n,
  liability: claim.liability.toString(),
  window: Number(claim.window),
  submittedAt,
  windowEndsAt: submittedAt + Number(claim.window),
});

/** The events that are about the claim and the receipt: a transaction may have others. */
function concerning(
  events: readonly ProvenEvent[],
  about: {
    readonly operator: Address;
    readonly model: Bytes32;
    readonly id: Bytes32 | null;
    readonly keys: ReadonlySet<Address>;
    readonly receipt: Bytes32 | undefined;
  },
): readonly ProvenEvent[] {
  const { operator, model, id, keys, receipt } = about;
  const isOwn = (value: LogValue | undefined): boolean =>
    value !== undefined && (value === id || value === receipt);
  const sessions = new Set(
    events
      .filter(({ name, args }) => name === "SessionOpened" && args["subject"] === id)
      .map(({ args }) => args["session"] as LogValue),
  );
  const owner = new Set(["OperatorRegistered", "EndpointChanged", "OperatorJailed"]);
  return events.filter(({ part, name, args }) => {
    if (part === "modelRegistry") return args["modelId"] === model && /Published|Retired/.test(name);
    if (owner.has(name)) return args["operator"] === operator;
    if (name === "SignerAdded" || name === "SignerRevoked")
      return args["operator"] === operator && keys.has(args["signer"] as Address);
    if (part === "inquiry") return isOwn(args["claimId"]) || sessions.has(args["session"] as LogValue);
    if (part === "lineage") return Object.values(args).some(isOwn);
    return ["claimId", "penaltyId", "receiptHash", "one", "other"].some((field) => isOwn(args[field]));
  });
}

function claimOf(args: Args): Claim {
  return {
    operator: account(args, "operator"),
    modelId: hash(args, "modelId"),
    nonce: BigInt(text(args, "nonce")),
    recordsRoot: hash(args, "recordsRoot"),
    n: number(args, "n"),
    liability: asWei(BigInt(text(args, "liability"))),
    window: asSeconds(BigInt(number(args, "window"))),
  };
}

type Of = (name: string) => readonly ProvenEvent[];

function modelOf(of: Of, registry: Place): Statement["model"] {
  const [published] = of("ModelPublished");
  if (published === undefined) throw refuse(["evidence.receipts"], "none shows who published the model");
  const { args, time } = published;
  const artifact = args["artifact"] as unknown as ArtifactCommitment;
  const [publisher, superseded] = [account(args, "publisher"), hash(args, "superseded")];
  const content = artifactId(artifact);
  const id = modelId({ publisher, artifactId: content, superseded }, registry);
  if (content !== args["artifactId"] || id !== args["modelId"])
    throw refuse(["trust.chainId"], `on that chain the model's id is ${id}`);
  const retired = of("ModelRetired")[0];
  return {
    id,
    publisher,
    artifactId: content,
    artifact,
    superseded,
    uri: text(args, "uri"),
    publishedAt: time,
    retiredAt: retired === undefined ? null : number(retired.args, "retiredAt"),
  };
}

function operatorOf(of: Of, address: Address): Statement["operator"] {
  const [registered] = of("OperatorRegistered");
  if (registered === undefined) throw refuse(["evidence.receipts"], "none shows who the operator is");
  const endpoint = of("EndpointChanged").at(-1) ?? registered;
  return {
    address,
    endpoint: text(endpoint.args, "endpoint"),
    registeredAt: registered.time,
    jailedAt: of("OperatorJailed")[0]?.time ?? null,
  };
}

const intervalOf = (of: Of, key: Address): Pick<StatedReceipt["key"], "activeFrom" | "revokedAt"> => ({
  activeFrom: timeOf(of("SignerAdded"), key, "activeFrom"),
  revokedAt: timeOf(of("SignerRevoked"), key, "revokedAt"),
});

function receiptKeyOf(of: Of, signer: Address, operator: Address): StatedReceipt["key"] {
  const interval = intervalOf(of, signer);
  const kind = signer === operator ? "owner" : interval.activeFrom === null ? null : "signer";
  return { kind, ...interval };
}

function timeOf(events: readonly ProvenEvent[], signer: Address, name: string): number | null {
  const found = events.find(({ args }) => args["signer"] === signer);
  return found === undefined ? null : number(found.args, name);
}

function sessionsOf(events: readonly ProvenEvent[]): readonly StatedSession[] {
  return events
    .filter(({ name }) => name === "SessionOpened")
    .map(({ args, time }) => {
      const id = hash(args, "session");
      const own = events.filter((event) => event.args["session"] === id);
      const has = (name: string): number => own.filter((event) => event.name === name).length;
      return {
        id,
        asker: account(args, "asker"),
        openedAt: time,
        questions: has("Asked"),
        answers: has("Answered"),
        end: has("SilenceProven") > 0 ? "silent" : has("SessionClosed") > 0 ? "closed" : null,
      };
    });
}

function faultOf(faulted: ProvenEvent | undefined, call: ProvenCall | undefined): Statement["fault"] {
  if (faulted === undefined) return null;
  const { args } = faulted;
  return {
    kind: faultNamed(number(args, "kind")) ?? "unknown",
    beneficiary: account(args, "beneficiary"),
    calls: call?.to ?? null,
    calldataHash: call === undefined ? null : bytes32From(keccak_256(call.data)),
  };
}

/** @param n records that have a share; a receipt is of one */
function sharesOf(events: readonly ProvenEvent[], penaltyId: Bytes32, n: number): Statement["shares"] {
  const of: Of = (name) =>
    events.filter((event) => event.name === name && event.args["penaltyId"] === penaltyId);
  const [booked] = of("PenaltyBooked");
  if (booked === undefined) return null;
  const penalty = asWei(BigInt(text(booked.args, "amount")));
  const { beneficiary, perRecord, burned } = dividePenalty(penalty, n);
  const gone = of("PenaltyBurned").reduce((sum, { args }) => sum + BigInt(text(args, "amount")), 0n);
  return {
    penalty: penalty.toString(),
    beneficiaryShare: beneficiary.toString(),
    perRecord: perRecord.toString(),
    toBurn: burned.toString(),
    beneficiaryPaid: of("BeneficiarySharePulled").length > 0,
    recordsPaid: of("RecordSharePulled").length,
    burned: gone.toString(),
  };
}

/** Edges and taints as the contract `Lineage` emitted them; none where the deployment has no such part. */
function lineageOf(events: readonly ProvenEvent[]): Pick<Statement["lineage"], "edges" | "taints"> {
  const edges = events
    .filter(({ name }) => name === "EdgeStated" || name === "EdgeBound")
    .map(({ name, args }) => ({
      parent: placeOf(args, "parent"),
      child: placeOf(args, "child"),
      kind: name === "EdgeBound" ? ("bound" as const) : ("stated" as const),
    }));
  const taints = events
    .filter(({ name }) => name === "TaintPushed")
    .map(({ args, time }) => ({ ...placeOf(args, "child"), cause: hash(args, "cause"), at: time }));
  return { edges, taints };
}

const placeOf = (args: Args, side: "parent" | "child"): ParentPlace => ({
  claimId: hash(args, `${side}Claim`),
  recordIndex: number(args, `${side}Index`),
});
