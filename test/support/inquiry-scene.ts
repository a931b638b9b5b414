import { concatBytes } from "@noble/hashes/utils.js";
import type { ContractTransactionResponse } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Claim } from "../../src/claim/claim.js";
import { claimId } from "../../src/claim/claim.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import { FORM, sessionId } from "../../src/dispute/question.js";
import type { ModelIdentity } from "../../src/model/model-id.js";
import { modelId } from "../../src/model/model-id.js";
import type { Artifact } from "../../src/program/artifact.js";
import { elementBytes } from "../../src/program/dtype.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import { treeOfBytes, treeOfItems } from "../../src/trace/tree.js";
import { asAddress } from "../../src/types/address.js";
import { bytes32From, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { Inquiry__factory } from "../../typechain-types/index.js";
import type { Inquiry } from "../../typechain-types/index.js";
import { noise } from "./exhibit.js";
import { deployProtocol, makeClaim, makeRecord, publish, stake } from "./protocol.js";
import type { Account, Protocol, TestParameters } from "./protocol.js";
import { answerData, keyOf, questionStream } from "./question-stream.js";
import type { Subject } from "./question-stream.js";

/** Bytes that mean nothing. */
export function noiseBytes(length: number, ...words: readonly (string | number)[]): Uint8Array {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    Buffer.from(noise(...words, i).slice(2), "hex"),
  );
  return concatBytes(...parts).subarray(0, length);
}

const bytesOf = ({ count, dtype }: TensorEntry): number => count * elementBytes(dtype);

/**
 * Two inputs, three weights and 70 kernels of which two are outputs: lists of depth 0 to 7, tensors of depth 0 to 11. The
 * last descriptor has the greatest length.
 */
function largeArtifact(): { artifact: Artifact; tensors: readonly Uint8Array[] } {
  const floats = (count: number): TensorEntry => ({ count, dtype: "f32" });
  const table: TensorEntry[] = [
    floats(1_000),
    { count: 5, dtype: "u8" },
    floats(40_000),
    floats(1),
    { count: 700, dtype: "i8" },
    ...Array.from({ length: 70 }, (_, k) => floats(k % 3 === 0 ? 33 + k : 600 * (k + 1))),
  ];
  const tensors = table.map((entry, id) => noiseBytes(bytesOf(entry), "tensor", id));
  const port = (id: number) =>
    ({ name: `t${id}`, shape: [table[id]!.count], dtype: table[id]!.dtype }) as const;
  const artifact: Artifact = {
    inputs: [port(0), port(1)],
    outputs: [port(73), port(74)],
    table,
    kernels: Array.from({ length: 70 }, (_, k) => noiseBytes(k === 69 ? 8_192 : k + 1, "kernel", k)),
    weights: tensors.slice(2, 5),
  };
  return { artifact, tensors };
}

const { artifact: ARTIFACT, tensors: TENSORS } = largeArtifact();
export const COMMITTED = commitArtifact(ARTIFACT);

/** The trees of a run of that artifact. */
export const TRACE = ((): CommittedTrace => {
  const trees = TENSORS.map((bytes) => treeOfBytes(bytes));
  const list = (from: number, to: number) =>
    treeOfItems(concatBytes(...trees.slice(from, to).map(({ root }) => root)));
  const first = { input: 0, output: 73, trace: 5 };
  return {
    lists: { input: list(0, 2), output: list(73, 75), trace: list(5, 75) },
    tensor: (name, index) => trees[first[name] + index],
  };
})();

type Opening = { readonly nonce?: bigint; readonly value?: bigint };

/** More than any deposit of these tests. */
export const PLENTY = 10n ** 18n;

/** In the order of IInquiry.Stage. */
export const STAGE = { NONE: 0, OPEN: 1, CLOSED: 2, SETTLED: 3 } as const;

export type InquiryScene = Omit<Protocol, "inquiry"> & {
  readonly inquiry: Inquiry;
  readonly exhibit: Exhibit;
  readonly claim: Claim;
  readonly id: Bytes32;
  readonly modelId: Bytes32;
  /** Unix seconds. */
  readonly submittedAt: bigint;
  readonly windowEnd: bigint;
  readonly sessionOf: (asker: Account, nonce?: bigint, subject?: Bytes32) => Bytes32;
  /** Opens a session; with more than enough unless said otherwise. */
  readonly open: (
    asker: Account,
    subject: Subject,
    options?: Opening,
  ) => Promise<ContractTransactionResponse>;
  readonly ask: (asker: Account, session: Bytes32, subject: Subject) => Promise<ContractTransactionResponse>;
  readonly answer: (
    answerer: Account,
    session: Bytes32,
    subject: Subject,
  ) => Promise<ContractTransactionResponse>;
  /** Unix seconds at which the session's last question was asked. */
  readonly askedAt: (session: Bytes32) => Promise<bigint>;
};

/** `n` records of the same run: the even ones leave their trace to be stated, the odd ones state it. */
export function recordsOf(requester: string, n: number): InferenceRecord[] {
  const { input, output, trace } = TRACE.lists;
  return Array.from({ length: n }, (_, i) =>
    makeRecord(requester, {
      salt: noise("salt", i),
      inputRoot: bytes32From(input.root),
      outputRoot: bytes32From(output.root),
      traceRoot: i % 2 === 0 ? ZERO_HASH : bytes32From(trace.root),
    }),
  );
}

/** The real inquiry, and one open claim over `n` records of a published model. */
export async function inquiryScene(
  connection: NetworkConnection<"generic">,
  {
    n = 5,
    parameters = {},
    claim: overrides = {},
  }: {
    n?: number;
    parameters?: Partial<TestParameters>;
    claim?: Partial<Claim>;
  } = {},
): Promise<InquiryScene> {
  const protocol = await deployProtocol(connection, { inquiryName: "Inquiry", parameters });
  const { ethers, actors, claimBook } = protocol;
  const inquiry = Inquiry__factory.connect(await protocol.inquiry.getAddress(), actors.deployer);
  const { chainId } = await ethers.provider.getNetwork();
  const registry = { chainId, contract: asAddress(await protocol.modelRegistry.getAddress()) };
  const model: ModelIdentity = {
    publisher: asAddress(actors.publisher.address),
    artifactId: COMMITTED.id,
    superseded: ZERO_HASH,
  };
  await publish(protocol, COMMITTED.commitment);
  await stake(protocol, actors.operator, 10_000n);
  const records = commitRecords(recordsOf(actors.requester.address, n));
  const claim = makeClaim(actors.operator.address, modelId(model, registry), {
    recordsRoot: records.root,
    n,
    ...overrides,
  });
  const id = claimId(claim, { chainId, contract: asAddress(await claimBook.getAddress()) });
  const submitted = await claimBook.connect(actors.operator).submit(claim);
  const submittedAt = BigInt((await submitted.getBlock())!.timestamp);
  const exhibit: Exhibit = { records, recordIndex: 0, model, committed: COMMITTED, trace: TRACE };
  const at = { chainId, contract: asAddress(await inquiry.getAddress()) };
  const sessionOf = (asker: Account, nonce = 0n, subject = id) =>
    sessionId({ subject, asker: asAddress(asker.address), nonce }, at);
  const open: InquiryScene["open"] = (asker, subject, { nonce = 0n, value = PLENTY } = {}) =>
    inquiry.connect(asker).open(claim, nonce, questionStream(exhibit, subject), { value });
  const ask: InquiryScene["ask"] = (asker, session, subject) =>
    inquiry.connect(asker).ask(claim, session, questionStream(exhibit, subject));
  const answer: InquiryScene["answer"] = (answerer, session, subject) => {
    const data = answerData(exhibit, subject);
    if (subject.kind === "trace") {
      const { recordIndex } = exhibit;
      return inquiry.connect(answerer).stateTraces(claim, [{ recordIndex, traceRoot: data, session }]);
    }
    const { form, levels } = keyOf(exhibit, subject, id);
    return inquiry.connect(answerer).answer(session, FORM[form], levels, data);
  };
  return {
    ...protocol,
    inquiry,
    exhibit,
    claim,
    id,
    modelId: modelId(model, registry),
    submittedAt,
    windowEnd: submittedAt + claim.window,
    sessionOf,
    open,
    ask,
    answer,
    askedAt: async (session) => (await inquiry.sessionOf(session)).askedAt,
  };
}
