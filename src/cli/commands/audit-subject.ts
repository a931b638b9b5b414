import type { EventPage, EvidencePlan, Status } from "../../audit/api-types.js";
import type { Bundle } from "../../audit/bundle.js";
import { collectBundle } from "../../chain/collect-bundle.js";
import type { ReceiptPlan } from "../../chain/collect-bundle.js";
import { listOf } from "../../claim/parent-list.js";
import { OnusError } from "../../errors/onus-error.js";
import { encodeBundle } from "../../store/bundle-file.js";
import { writeText } from "../../store/write-file.js";
import { rootOfBytes } from "../../trace/tree.js";
import { bytes32From, parseBytes32 } from "../../types/bytes32.js";
import { parseCount } from "../../types/count.js";
import { askIndex } from "../ask-index.js";
import type { Act } from "../does.js";
import { findSubject } from "../find-subject.js";
import type { FoundSubject } from "../find-subject.js";
import { readElements } from "../input-data.js";
import { reportOf, summaryOf } from "../report-bundle.js";
import type { Reporter } from "../reporter.js";
import { openForReading } from "../where.js";
import type { Where } from "../options.js";

type Options = Where & {
  readonly index: string;
  readonly claim?: string;
  readonly record?: string;
  readonly input?: readonly string[];
  readonly out: string;
  readonly report?: string;
  readonly headers: string;
  readonly links: string;
};

/** Finds who is responsible, and writes down how one knows. */
export const audit: Act<Options> = async ({ args, options, reporter }) => {
  const limits = {
    mostHeaders: parseCount(options.headers, "--headers"),
    mostLinks: parseCount(options.links, "--links"),
  };
  const claim = options.claim === undefined ? undefined : parseBytes32(options.claim, "--claim");
  const record = options.record === undefined ? undefined : parseCount(options.record, "--record");
  const inputs = options.input === undefined ? null : await Promise.all(options.input.map(readElements));
  const { contracts, chain } = await openForReading(options);
  const { deployment } = contracts;
  try {
    const status = await askIndex<Status>(options.index, "/v1/status");
    if (typeof status.chainId !== "number" || typeof status.deployment?.onus !== "string")
      throw new OnusError("INDEX_UNREACHABLE", {
        url: options.index,
        reason: "what answers there is no index",
      });
    if (status.chainId !== deployment.chainId || status.deployment.onus !== deployment.onus) {
      const actual = `${status.chainId} ${status.deployment.onus}`;
      const expected = `${deployment.chainId} ${deployment.onus}`;
      throw new OnusError("INDEX_OF_ANOTHER", { actual, expected });
    }
    const behind = blocksBehind(status, await chain.provider.getBlockNumber());
    const asked = { claim, record, say: reporter.say, index: options.index, places: contracts };
    const found = await findSubject(args[0] as string, asked).catch((error: unknown) => {
      tellBehind(behind, reporter);
      throw error;
    });
    const plan = await planOf(found, options.index);
    tellBehind(behind, reporter);
    if (inputs !== null) checkInputs(plan, inputs);
    const progress = reporter.progress("proving events", plan.events.length);
    const bundle = await collectBundle({
      ...{
        node: chain.provider,
        deployment,
        plan,
        limits,
        about: { ...found, receiptHash: found.promise?.hash ?? null, inputs },
      },
      onProven: (done) => progress.update(done),
      untied: ({ message, hint }) => reporter.say(`${message}\n  ${hint}`),
    });
    progress.stop();
    checkSubject(args[0] as string, bundle);
    writeText(options.out, encodeBundle(bundle));
    if (options.report !== undefined) writeText(options.report, reportOf(bundle));
    const value = { out: options.out, subject: bundle.subject, trust: bundle.trust, ...bundle.statement };
    return { value, text: `${summaryOf(bundle)}\n\nevidence: ${options.out}` };
  } finally {
    chain.close();
  }
};

const blocksBehind = ({ indexed }: Status, newest: number): number => newest - (indexed?.number ?? -1);

/** What came after the last block that was read is not in a bundle; a block or two are always under way. */
function tellBehind(blocks: number, reporter: Reporter): void {
  if (blocks > 2)
    reporter.say(`the index is ${blocks} blocks behind the chain: what happened in them it does not know`);
}

/** What the index has about it. A record that was asked for by its number is there, and known. */
async function planOf(found: FoundSubject, index: string): Promise<EvidencePlan | ReceiptPlan> {
  const { claim, recordIndex, promise } = found;
  if (claim === undefined) return planOfReceipt(found, index);
  const query = new URLSearchParams({
    ...(recordIndex !== null && { record: String(recordIndex) }),
    ...(promise && { receipt: promise.hash, signer: promise.signer }),
  });
  const plan = await askIndex<EvidencePlan>(index, `/v1/evidence/${claim}?${query}`);
  if (plan.claim.id !== claim) throw new OnusError("INDEX_ASTRAY", { asked: claim, answered: plan.claim.id });
  const { n } = plan.claim;
  if (recordIndex !== null && recordIndex >= n)
    throw new OnusError("MALFORMED_VALUE", {
      ...{ name: "--record", expected: `a number below ${n}, the claim's records` },
      found: String(recordIndex),
    });
  if (recordIndex !== null && plan.record === undefined)
    throw new OnusError("RECORD_NOT_OPENED", { claim, index: recordIndex });
  return checkPromise(found, plan);
}

/** A signature that no key made is worth something where the court took it. */
function checkPromise<Plan extends ReceiptPlan | EvidencePlan>(found: FoundSubject, plan: Plan): Plan {
  const { promise, receipt } = found;
  if (
    promise !== undefined &&
    receipt === null &&
    !plan.events.some(({ name }) => name === "ReceiptPresented")
  )
    throw new OnusError("RECEIPT_NOT_PROVABLE", { hash: promise.hash, signer: promise.signer });
  return plan;
}

/** Events of a receipt that no claim is known to keep: whose promise it is, and what came of it. */
async function planOfReceipt(found: FoundSubject, index: string): Promise<ReceiptPlan> {
  const { promise } = found;
  if (promise === undefined) return { events: [] };
  const { hash, operator, modelId, signer } = promise;
  const of = async (subject: string, name?: string): Promise<EventPage["items"]> => {
    const query = new URLSearchParams({ subject, ...(name && { name }), limit: name ? "1" : "200" });
    return (await askIndex<EventPage>(index, `/v1/events?${query}`)).items;
  };
  const lists = await Promise.all([
    of(hash),
    ...["ModelPublished", "ModelRetired"].map((name) => of(modelId, name)),
    ...["OperatorRegistered", "OperatorJailed", "EndpointChanged"].map((name) => of(operator, name)),
    ...(signer === operator ? [] : ["SignerAdded", "SignerRevoked"].map((name) => of(signer, name))),
  ]);
  const events = new Map(lists.flat().map((event) => [`${event.block} ${event.log}`, event]));
  return checkPromise(found, {
    events: [...events.values()].sort((a, b) => a.block - b.block || a.log - b.log),
  });
}

/** Nothing that an index says is believed: a hash that was asked about stands in what is proven. */
function checkSubject(subject: string, { statement, evidence }: Bundle): void {
  if (!/^0x[0-9a-fA-F]{64}$/.test(subject)) return;
  const { claim, record, receipt } = statement;
  const ofRecord = [record?.hash, record?.requestId, record?.outputRoot, ...(evidence.outputs ?? [])];
  const named = [claim?.id, receipt?.hash, ...ofRecord];
  if (!named.includes(parseBytes32(subject)))
    throw new OnusError("INDEX_ASTRAY", { asked: subject, answered: claim?.id ?? "a receipt" });
}

/** Before anything is fetched: of files that are not the record's input no bundle holds. */
function checkInputs(plan: EvidencePlan | ReceiptPlan, inputs: readonly Uint8Array[]): void {
  if (plan.claim === undefined) throw new OnusError("INPUT_WITHOUT_RECORD", { about: "a receipt alone" });
  const { claim, record } = plan;
  if (record === undefined && claim.n > 1)
    throw new OnusError("INPUT_WITHOUT_RECORD", { about: `all ${claim.n} records of claim ${claim.id}` });
  if (record === undefined) throw new OnusError("RECORD_NOT_OPENED", { claim: claim.id, index: 0 });
  const roots = inputs.map((bytes) => bytes32From(rootOfBytes(bytes)));
  const actual = bytes32From(listOf(roots).root);
  if (actual !== record.inputRoot)
    throw new OnusError("INPUT_OF_ANOTHER", { actual, expected: record.inputRoot, files: inputs.length });
}
