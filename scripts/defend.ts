import { requireArtifactOf } from "../src/claim/require-artifact-of.js";
import { claimId } from "../src/claim/claim.js";
import { commitRecords } from "../src/claim/record-list.js";
import { nextOperatorMove } from "../src/dispute/defend.js";
import { OnusError } from "../src/errors/onus-error.js";
import { prepareModel } from "../src/run/engine.js";
import { decodeClaimFile } from "../src/store/claim-file.js";
import { rootOfTensors } from "../src/trace/commit-ends.js";
import { nodeHasher } from "../src/threads/node-hasher.js";
import { commitByRunning } from "../src/trace/commit-by-running.js";
import { ZERO_HASH } from "../src/types/bytes32.js";
import type { CommittedTrace } from "../src/trace/committed-trace.js";
import { decodeTraceFile } from "../src/trace/trace-file.js";
import { collect } from "./support/collect.js";
import { playSide, withPlaying } from "./support/play.js";
import type { Playing } from "./support/play.js";
import {
  openAccount,
  parseCount,
  readArtifact,
  readBytes,
  readInputs,
  readText,
  recipe,
  run,
} from "./support/recipe.js";

type Options = Playing & { claim: string; record: string; artifact: string; input: string[]; trace?: string };

/**
 * Answers whatever is asked about a claim until it is decided, and finalizes it. Everything is read from the chain before
 * every step: interrupted, it goes on when it is started again. An operator that is not there when it is asked loses.
 */
await run(
  withPlaying(recipe("defend", "answer whatever is asked about a claim of yours, until it is final"))
    .requiredOption("--claim <file>", "claim.json")
    .requiredOption("--artifact <file>", "the model's .onus file")
    .requiredOption("--input <file...>", "the record's input, one file an input; `submit` keeps copies")
    .option("--record <index>", "which record of the claim the input is of", "0")
    .option(
      "--trace <file>",
      "trace.bin, where the trace was stated in the claim; else it is computed when asked for",
    ),
  async (options: Options) => {
    const account = await openAccount(options);
    const contracts = account.contracts();
    const { claim, records, model } = decodeClaimFile(readText(options.claim));
    const committed = readArtifact(options.artifact);
    const { artifact } = committed;
    requireArtifactOf(claim.modelId, model, committed);
    const inputs = readInputs(artifact, options.input);
    const index = parseCount(options.record, "--record");
    const record = records[index];
    if (record === undefined) throw new OnusError("RECORD_MISSING", { index, count: records.length });

    // Anybody may answer; a trace is stated by the operator and its signers alone.
    const { operators } = contracts;
    const isOperator = claim.operator === account.address;
    if (record.traceRoot === ZERO_HASH && !isOperator) {
      if (!(await operators.isActiveSigner(claim.operator, account.address))) {
        throw new OnusError("NOT_THE_OPERATOR", { account: account.address, operator: claim.operator });
      }
    }

    let known: CommittedTrace | undefined;
    const trace = (recordIndex: number): CommittedTrace | undefined => {
      if (recordIndex !== index) return undefined;
      known ??=
        options.trace === undefined
          ? commitByRunning(prepareModel(artifact), inputs, nodeHasher)
          : decodeTraceFile(readBytes(options.trace), artifact).trace;
      return known;
    };
    // Said before anybody asks: an answer from another input would be none.
    const input = rootOfTensors(inputs);
    if (input !== record.inputRoot) {
      throw new OnusError("HANDED_OVER_MISMATCH", {
        piece: "input",
        found: input,
        expected: record.inputRoot,
      });
    }
    const own = { committed, records: commitRecords(records), trace };
    const { view, end, transactions } = await playSide({ contracts, claim }, options, (view, now) =>
      nextOperatorMove(view, own, now),
    );
    if (options.pull) await collect(contracts, claim, account.address);
    return { claimId: claimId(claim, contracts.claimPlace), phase: view.phase, end, transactions };
  },
);
