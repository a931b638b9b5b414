import { setTimeout as sleep } from "node:timers/promises";

import { answerCall, readModelQuestions } from "../../chain/answer-as-publisher.js";
import { describeQuestion } from "../../chain/describe-move.js";
import { readModel } from "../../chain/read-model.js";
import { requireArtifactOf } from "../../claim/require-artifact-of.js";
import { readArtifact } from "../../store/read-artifact.js";
import { parseBytes32 } from "../../types/bytes32.js";
import { parseSeconds } from "../../types/seconds.js";
import type { Act } from "../does.js";
import { sendOrPlan } from "../transactions.js";
import type { Transaction } from "../transactions.js";
import { openForActing } from "../where.js";
import type { Sending } from "../options.js";

type Options = Sending & { readonly watch?: true; readonly poll: string };

/** A publisher's side: its bond falls by silence, as an operator's claim does. */
export const answer: Act<Options> = async ({ args, options, reporter }) => {
  const id = parseBytes32(args[0] as string, "<modelId>");
  const poll = Number(parseSeconds(options.poll, "--poll")) * 1_000;
  const { contracts } = await openForActing(options);
  const committed = readArtifact(args[1] as string);
  requireArtifactOf(id, await readModel(contracts, id), committed);
  const sent: Transaction[] = [];
  for (;;) {
    const questions = await readModelQuestions(contracts, id);
    // One after the other: what is answered for one session is answered for all.
    const [next] = questions.flatMap((question) => {
      const call = answerCall(contracts, question, committed);
      return call === undefined ? [] : [{ question, call }];
    });
    if (next === undefined) {
      const open = questions.length;
      if (!options.watch) {
        const text = `${sent.length} questions are answered, ${open} cannot be answered from this file`;
        return { value: { modelId: id, unanswerable: open, transactions: sent }, text };
      }
      await sleep(poll);
      continue;
    }
    const told = await sendOrPlan({ contracts, calls: [next.call], options, reporter }, (transactions) => {
      sent.push(...transactions);
      return { value: {}, text: "" };
    });
    if (options.dryRun) return told;
    reporter.say(`answered: ${describeQuestion(next.question.question)}`);
  }
};
