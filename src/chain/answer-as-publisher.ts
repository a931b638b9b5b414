import { answerForModel } from "../dispute/answer-for.js";
import { FORM } from "../dispute/question.js";
import type { Place, QuestionKey } from "../dispute/question.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { AskedEvent, SessionOpenedEvent } from "../../typechain-types/interfaces/IInquiry.js";
import { providerOf, requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { decodeAsked, stageOf } from "./decode-inquiry.js";
import { inBatches } from "./in-batches.js";
import type { Call } from "./move-call.js";
import { readEvents } from "./read-events.js";

/** A question about a model's artifact that waits for its answer. */
export type ModelQuestion = {
  readonly session: Bytes32;
  readonly question: QuestionKey & { readonly place: Place };
};

/** What is asked about a model and not answered, at the newest block; `blockRange` as in `readDispute`. */
export async function readModelQuestions(
  contracts: Contracts,
  modelId: Bytes32,
  blockRange?: number,
): Promise<readonly ModelQuestion[]> {
  requirePart(contracts, "inquiry");
  const { inquiry, deployment } = contracts;
  const provider = providerOf(contracts);
  const source = {
    ...{ provider, address: deployment.inquiry, abi: inquiry.interface },
    span: { from: deployment.fromBlock, to: await provider.getBlockNumber() },
    ...(blockRange === undefined ? {} : { range: blockRange }),
  };
  const opened = await readEvents<SessionOpenedEvent.OutputObject>(source, "SessionOpened", [null, modelId]);
  const ids = opened.map(({ args }) => asBytes32(args.session));
  const stages = await inBatches(ids, async (id) => stageOf((await inquiry.sessionOf(id)).stage));
  const open = ids.filter((_, at) => stages[at] === "open");
  const asked = await readEvents<AskedEvent.OutputObject>(source, "Asked", [open]);
  // The order of the chain: the last one stays.
  const last = new Map(asked.map(({ args }) => [asBytes32(args.session), decodeAsked(args)]));
  const questions = [...last].map(([session, question]) => ({ session, question }));
  const answers = await inBatches(questions, ({ question }) => inquiry.answeredAt(question.key));
  return questions.filter((_, at) => answers[at] === 0n);
}

/** The answer to a question from the artifact; undefined where what it asks for is not there. */
export function answerCall(
  { inquiry, deployment }: Contracts,
  { session, question }: ModelQuestion,
  committed: CommittedArtifact,
): Call | undefined {
  const data = answerForModel(question, committed);
  if (data === undefined) return undefined;
  const given = [session, FORM[question.form], question.levels, data] as const;
  const encoded = inquiry.interface.encodeFunctionData("answer", [...given]);
  return { call: "Inquiry.answer", to: deployment.inquiry, data: encoded, value: 0n };
}
