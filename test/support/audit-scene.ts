import { Wallet } from "ethers";

import type { SeededChain, SeededTransaction } from "../../scripts/support/seeded-chain.js";
import { seededChain } from "../../scripts/support/seeded-chain.js";
import type { ApiEvent, EvidencePlan } from "../../src/audit/api-types.js";
import type { Bundle } from "../../src/audit/bundle.js";
import { collectBundle } from "../../src/chain/collect-bundle.js";
import type { BundleSubject } from "../../src/chain/collect-bundle.js";
import { eventDecoder } from "../../src/chain/decode-event.js";
import { claimId } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import { listOf } from "../../src/claim/parent-list.js";
import { receiptTypedData } from "../../src/claim/receipt.js";
import type { Receipt, SignedReceipt } from "../../src/claim/receipt.js";
import { commitRecords, openRecord } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { artifactId } from "../../src/model/artifact-id.js";
import { modelId } from "../../src/model/model-id.js";
import { rootOfBytes } from "../../src/trace/tree.js";
import { asAddress, parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { asBytes32, bytes32From, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";

const word = (digit: string): Bytes32 => asBytes32(`0x${digit.repeat(64)}`);
const account = (digit: string): Address => parseAddress(`0x${digit.repeat(40)}`);

export const OPERATOR = new Wallet(word("1"));
export const SIGNER = new Wallet(word("2"));
export const STRANGER = new Wallet(word("3"));
const PUBLISHER = account("4");
export const REQUESTER = account("5");

export const NOTHING: BundleSubject = { recordIndex: null, tensorRoot: null, receipt: null, inputs: null };
/** 300 bytes: a tensor of three leaves. */
export const INPUT = new Uint8Array(300).fill(7);
export const OUTPUTS = [new Uint8Array(256).fill(8), new Uint8Array(4).fill(9)] as const;

/** One claim of three records on a seeded chain, with a model of two outputs, and nothing decided yet. */
export type AuditScene = {
  readonly chain: SeededChain;
  readonly claim: Claim;
  readonly id: Bytes32;
  readonly records: readonly InferenceRecord[];
  readonly outputs: readonly Bytes32[];
  /** Adds a block of one transaction. */
  readonly happen: (transaction: SeededTransaction) => Promise<void>;
  /** Adds a block whose one transaction emits an event. */
  readonly emit: (
    part: SeededTransaction["events"][number]["part"],
    name: string,
    ...args: readonly unknown[]
  ) => Promise<void>;
  /** A bundle of the events that are kept. */
  readonly bundle: (
    about?: Partial<BundleSubject>,
    keep?: (event: ApiEvent, at: number) => boolean,
  ) => Promise<Bundle>;
  /** A bundle of a receipt alone. */
  readonly bundleOfReceipt: (about: Partial<BundleSubject>) => Promise<Bundle>;
  readonly receiptBy: (key: Wallet, change?: Partial<Receipt>) => Promise<SignedReceipt>;
};

export async function auditScene(): Promise<AuditScene> {
  const chain = seededChain();
  const { deployment, node } = chain;
  const place = (contract: Address) => ({ chainId: BigInt(deployment.chainId), contract });
  const artifact = {
    ...{ kernelCount: 4, weightCount: 1, inputCount: 1, outputCount: 2 },
    ...{ programRoot: word("a"), tableRoot: word("b"), weightsRoot: word("c"), interfaceHash: word("d") },
  };
  const content = artifactId(artifact);
  const identity = { publisher: PUBLISHER, artifactId: content, superseded: ZERO_HASH };
  const model = modelId(identity, place(deployment.modelRegistry));
  const outputs = OUTPUTS.map((bytes) => bytes32From(rootOfBytes(bytes)));
  const records = ["6", "7", "8"].map((digit): InferenceRecord => ({
    ...{ requester: REQUESTER, salt: word(digit), inputRoot: bytes32From(rootOfBytes(INPUT)) },
    ...{ outputRoot: bytes32From(listOf(outputs).root), traceRoot: ZERO_HASH },
    ...{ parentsRoot: ZERO_HASH, parentsCount: 0 },
  }));
  const claim: Claim = {
    ...{ operator: asAddress(OPERATOR.address), modelId: model, nonce: 0n },
    ...{ recordsRoot: commitRecords(records).root, n: 3 },
    ...{ liability: asWei(10n ** 16n), window: asSeconds(600n) },
  };
  const id = claimId(claim, place(deployment.claimBook));
  const happen = (transaction: SeededTransaction): Promise<void> => chain.add([transaction]);
  const emit: AuditScene["emit"] = (part, name, ...args) => happen({ events: [{ part, name, args }] });

  await emit("modelRegistry", "ModelPublished", model, PUBLISHER, content, ZERO_HASH, artifact, "ipfs://one");
  await emit("operatorRegistry", "OperatorRegistered", OPERATOR.address, "https://first.example");
  await emit("operatorRegistry", "SignerAdded", OPERATOR.address, SIGNER.address, chain.now() + 12);
  const { recordsRoot, n, liability, window } = claim;
  const terms = [0n, recordsRoot, n, liability, window];
  await emit("claimBook", "ClaimSubmitted", id, OPERATOR.address, model, SIGNER.address, ...terms);

  const decode = eventDecoder(deployment);
  const events = async (): Promise<readonly ApiEvent[]> => {
    const toBlock = await node.getBlockNumber();
    const logs = await node.getLogs({ fromBlock: 0, toBlock });
    return logs.flatMap((log) => {
      const read = decode(log);
      const at = {
        block: log.blockNumber,
        log: log.index,
        tx: log.transactionHash as `0x${string}`,
        time: 0,
      };
      return read === undefined ? [] : [{ ...read, ...at }];
    });
  };
  return {
    ...{ chain, claim, id, records, outputs, happen, emit },
    bundle: async (about = {}, keep = () => true) => {
      const subject = { ...NOTHING, ...about };
      const index = subject.recordIndex;
      const record = index === null ? undefined : records[index];
      const opened = record && {
        ...{ ...record, index, outputs, siblings: openRecord(commitRecords(records), index as number) },
      };
      const plan = {
        claim: { id },
        events: (await events()).filter(keep),
        ...(opened && { record: opened }),
      };
      const limits = { mostHeaders: 4_096, mostLinks: 64 };
      return collectBundle({
        ...{ node, deployment, plan: plan as unknown as EvidencePlan, about: subject, limits },
      });
    },
    bundleOfReceipt: async (about) => {
      const plan = { events: (await events()).filter(({ name }) => name !== "ClaimSubmitted") };
      const limits = { mostHeaders: 4_096, mostLinks: 0 };
      return collectBundle({ node, deployment, plan, about: { ...NOTHING, ...about }, limits });
    },
    receiptBy: async (key, change = {}) => {
      const receipt: Receipt = {
        ...{ operator: claim.operator, modelId: model, record: records[0] as InferenceRecord },
        issuedAt: asSeconds(BigInt(chain.now() - 60)),
        inclusionDeadline: asSeconds(BigInt(chain.now() + 60)),
        ...{ liabilityWei: claim.liability, maxRecords: 8, ...change },
      };
      const court = place(deployment.receiptCourt);
      const { domain, types } = receiptTypedData(court);
      const signature = (await key.signTypedData(domain, types, receipt)) as `0x${string}`;
      return { receipt, court, signer: asAddress(key.address), signature };
    },
  };
}
