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
import { readReceipt, readRecordOf } from "./read-opened.js";

/** Codes of contracts/types/Fault.sol. */
const FAULTS = ["None", "Element", "OutputRoot", "Padding", "AbsentNode", "Silence"];

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
  const submitted = all.find(
    ({ name, args }) => name === "ClaimSubmitted" && args["claimId"] === subject.claimId,
  );
  if (submitted === undefined) throw refuse(["subject.claimId"], "no event shows that it was submitted");
  const claim = claimOf(submitted.args);
  const claimPlace: Place = { chainId: BigInt(trust.chainId), contract: parts.claimBook };
  const id = claimId(claim, claimPlace);
  if (id !== subject.claimId) throw refuse(["trust.chainId"], `on that chain the claim's id is ${id}`);

  const receipt = readReceipt(evidence.receipt, { parts, chainId: trust.chainId, claim, tools });
  const submitter = account(submitted.args, "submitter");
  const keys = new Set([submitter, ...(receipt === undefined ? [] : [receipt.signer])]);
  const events = concerning(all, { claim, id, keys, receipt: receipt?.hash });
  const of = (name: string): readonly ProvenEvent[] => events.filter((event) => event.name === name);
  const model = modelOf(of, { ...claimPlace, contract: parts.modelRegistry });
  const record = readRecordOf(bundle, claim, claimPlace, model.artifact);
  const [faulted] = of("ClaimFaulted");
  const statedTrace = of("TraceStated").find(({ args }) => args["recordIndex"] === record?.index);
  const decided = [...of("ClaimFinalized"), ...of("ClaimFaulted")][0];
  return {
    deployment: shownParts(parts, new Set(all.map(({ part }) => part))),
    model,
    operator: operatorOf(of, claim.operator),
    key: {
      address: submitter,
      kind: submitter === claim.operator ? "owner" : "signer",
      ...intervalOf(of, submitter),
    },
    claim: {
      id,
      nonce: claim.nonce.toString(),
      recordsRoot: claim.recordsRoot,
      n: claim.n,
      liability: claim.liability.toString(),
      window: Number(claim.window),
      submittedAt: submitted.time,
      windowEndsAt: submitted.time + Number(claim.window),
    },
    record:
      record === undefined
        ? null
        : { ...record, statedTrace: statedTrace === undefined ? null : hash(statedTrace.args, "traceRoot") },
    receipt:
      receipt?.stated({
        submittedAt: submitted.time,
        recordHash: record?.hash,
        key: receiptKeyOf(of, receipt.signer, claim.operator),
      }) ?? null,
    sessions: sessionsOf(events),
    verdict: {
      phase: decided === undefined ? null : decided.name === "ClaimFinalized" ? "FINAL" : "FAULTED",
      decidedAt: decided?.time ?? null,
    },
    fault: faultOf(faulted, readConviction(evidence.transactions, headers, faulted)),
    shares: sharesOf(of, claim),
    lineage: { parents: evidence.parents ?? [], ...lineageOf(events) },
    timeline: events.map(({ block, time, part, name }) => ({ block, time, event: `${part}.${name}` })),
  };
}

/** The events that are about the claim: a receipt may hold others. */
function concerning(
  events: readonly ProvenEvent[],
  about: {
    readonly claim: Claim;
    readonly id: Bytes32;
    readonly keys: ReadonlySet<Address>;
    readonly receipt: Bytes32 | undefined;
  },
): readonly ProvenEvent[] {
  const { claim, id, keys, receipt } = about;
  const sessions = new Set(
    events
      .filter(({ name, args }) => name === "SessionOpened" && args["subject"] === id)
      .map(({ args }) => args["session"] as LogValue),
  );
  const owner = new Set(["OperatorRegistered", "EndpointChanged", "OperatorJailed"]);
  return events.filter(({ part, name, args }) => {
    if (part === "modelRegistry") return args["modelId"] === claim.modelId && /Published|Retired/.test(name);
    if (owner.has(name)) return args["operator"] === claim.operator;
    if (name === "SignerAdded" || name === "SignerRevoked")
      return args["operator"] === claim.operator && keys.has(args["signer"] as Address);
    if (part === "inquiry") return args["claimId"] === id || sessions.has(args["session"] as LogValue);
    if (part === "receiptCourt" && receipt !== undefined && args["receiptHash"] === receipt) return true;
    if (part === "lineage") return Object.values(args).includes(id);
    return args["claimId"] === id || args["penaltyId"] === id;
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

const intervalOf = (of: Of, key: Address): Pick<Statement["key"], "activeFrom" | "revokedAt"> => ({
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
    kind: FAULTS[number(args, "kind")] ?? "unknown",
    beneficiary: account(args, "beneficiary"),
    calls: call?.to ?? null,
    calldataHash: call === undefined ? null : bytes32From(keccak_256(call.data)),
  };
}

function sharesOf(of: Of, { n }: Claim): Statement["shares"] {
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
