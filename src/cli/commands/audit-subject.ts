import { existsSync, writeFileSync } from "node:fs";

import type { EvidencePlan, PostedAnswer, RecordPage, SearchResult, Status } from "../../audit/api-types.js";
import { collectBundle } from "../../chain/collect-bundle.js";
import type { BundleSubject } from "../../chain/collect-bundle.js";
import { claimId } from "../../claim/claim.js";
import { recordHash } from "../../claim/record.js";
import { receiptHash } from "../../claim/receipt.js";
import { OnusError } from "../../errors/onus-error.js";
import { narrowTensor } from "../../program/narrow-tensor.js";
import { bytesOfTensor } from "../../run/engine.js";
import { encodeBundle } from "../../store/bundle-file.js";
import { decodeClaimFile } from "../../store/claim-file.js";
import { readBytes, readText } from "../../store/read-file.js";
import { decodeReceiptFile } from "../../store/receipt-file.js";
import { rootOfBytes } from "../../trace/tree.js";
import { bytes32From } from "../../types/bytes32.js";
import type { Bytes32 } from "../../types/bytes32.js";
import { parseCount } from "../../types/count.js";
import { askIndex } from "../ask-index.js";
import type { Act } from "../does.js";
import { reportOf, summaryOf } from "../report-bundle.js";
import { openForReading } from "../where.js";
import type { Where } from "../options.js";
import { readTensor } from "./import-options.js";

type Options = Where & {
  readonly index: string;
  readonly record?: string;
  readonly input?: readonly string[];
  readonly out: string;
  readonly report?: string;
  readonly headers: string;
  readonly links: string;
};

type Found = Omit<BundleSubject, "inputs"> & { readonly claim: string; readonly receiptHash?: Bytes32 };

/** Finds who is responsible, and writes down how one knows. */
export const audit: Act<Options> = async ({ args, options, reporter }) => {
  const { contracts, chain } = await openForReading(options);
  const { deployment } = contracts;
  const status = await askIndex<Status>(options.index, "/v1/status");
  if (status.chainId !== deployment.chainId || status.deployment.onus !== deployment.onus) {
    const actual = `${status.chainId} ${status.deployment.onus}`;
    throw new OnusError("INDEX_OF_ANOTHER", { actual, expected: `${deployment.chainId} ${deployment.onus}` });
  }
  const found = await find(args[0] as string, options, contracts);
  const query = new URLSearchParams({
    ...(found.recordIndex !== null && { record: String(found.recordIndex) }),
    ...(found.receiptHash && { receipt: found.receiptHash }),
  });
  const plan = await askIndex<EvidencePlan>(options.index, `/v1/evidence/${found.claim}?${query}`);
  reporter.say(`claim ${plan.claim.id}: collecting ${plan.events.length} events`);
  const bundle = await collectBundle({
    ...{ node: chain.provider, deployment, plan },
    limits: {
      mostHeaders: parseCount(options.headers, "--headers"),
      mostLinks: parseCount(options.links, "--links"),
    },
    untied: ({ message, hint }) => reporter.say(`${message}\n  ${hint}`),
    about: { ...found, inputs: options.input?.map(readBytes) ?? null },
  });
  writeFileSync(options.out, encodeBundle(bundle));
  if (options.report !== undefined) writeFileSync(options.report, reportOf(bundle));
  chain.close();
  const value = { out: options.out, subject: bundle.subject, trust: bundle.trust, ...bundle.statement };
  return { value, text: `${summaryOf(bundle)}\n\nevidence: ${options.out}` };
};

async function find(
  subject: string,
  options: Options,
  { claimPlace, courtPlace }: Awaited<ReturnType<typeof openForReading>>["contracts"],
): Promise<Found> {
  const { index } = options;
  const wanted = options.record === undefined ? undefined : Number(options.record);
  const nothing = { recordIndex: wanted ?? null, tensorRoot: null, receipt: null };
  if (/^0x[0-9a-fA-F]{64}$/.test(subject)) {
    const { hits } = await askIndex<SearchResult>(index, `/v1/search?q=${subject}`);
    for (const hit of hits) {
      if (hit.kind === "claim") return { ...nothing, claim: hit.id };
      if (hit.kind === "record" || hit.kind === "output")
        return { ...nothing, claim: hit.claimId, recordIndex: hit.recordIndex };
    }
    throw new OnusError("RECORD_NOT_KNOWN", { what: subject });
  }
  if (!existsSync(subject)) throw new OnusError("FILE_MISSING", { path: subject });
  const kind = /\.json$/.test(subject) ? kindOfJson(readText(subject)) : "tensor";
  if (kind === "claim") {
    const text = readText(subject);
    const { claim } = decodeClaimFile(text);
    await askIndex<PostedAnswer>(index, "/v1/records", text);
    return { ...nothing, claim: claimId(claim, claimPlace) };
  }
  if (kind === "receipt") {
    const receipt = decodeReceiptFile(readText(subject));
    const hash = recordHash(receipt.receipt.record);
    const [item] = (await askIndex<RecordPage>(index, `/v1/records/${hash}`)).items;
    if (item === undefined) throw new OnusError("RECORD_NOT_KNOWN", { what: `the receipt's record ${hash}` });
    const rest = { claim: item.claimId, recordIndex: item.index, tensorRoot: null };
    return { ...rest, receipt, receiptHash: receiptHash(receipt.receipt, courtPlace) };
  }
  const root = bytes32From(rootOfBytes(await readOutput(subject)));
  const { items } = await askIndex<RecordPage>(index, `/v1/outputs/${root}`);
  const item = items.find((one) => wanted === undefined || one.index === wanted);
  if (item === undefined)
    throw new OnusError("RECORD_NOT_KNOWN", { what: `an output tensor with root ${root}` });
  return { claim: item.claimId, recordIndex: item.index, tensorRoot: root, receipt: null };
}

function kindOfJson(text: string): "claim" | "receipt" | "tensor" {
  try {
    const json = JSON.parse(text) as object;
    if ("claim" in json && "records" in json) return "claim";
    if ("receipt" in json && "signature" in json) return "receipt";
  } catch {
    // What is no JSON is told by whoever reads the tensor.
  }
  return "tensor";
}

/** The bytes of an output tensor as they are committed: row-major, little-endian. */
async function readOutput(path: string): Promise<Uint8Array> {
  if (!/\.(npy|pb|json)$/.test(path)) return readBytes(path);
  return bytesOfTensor(narrowTensor(await readTensor(path)).data);
}
