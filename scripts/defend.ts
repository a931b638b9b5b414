import { collectWinnings } from "../src/chain/collect-winnings.js";
import { playOperator } from "../src/chain/play-operator.js";
import { claimId } from "../src/claim/claim.js";
import { requireArtifactOf } from "../src/claim/require-artifact-of.js";
import { decodeClaimFile } from "../src/store/claim-file.js";
import { readArtifact, readRawInputs } from "../src/store/read-artifact.js";
import { readBytes, readText } from "../src/store/read-file.js";
import { nodeHasher } from "../src/threads/node-hasher.js";
import { decodeTraceFile } from "../src/trace/trace-file.js";
import { parseCount } from "../src/types/count.js";
import { playingOf, withPlaying } from "./support/play.js";
import type { PlayOptions } from "./support/play.js";
import { openAccount, recipe, run } from "./support/recipe.js";

type Options = PlayOptions & {
  claim: string;
  record: string;
  artifact: string;
  input: string[];
  trace?: string;
};

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
    const { view, end, transactions } = await playOperator(playingOf({ contracts, claim }, options), {
      address: account.address,
      ...{ committed, records },
      index: parseCount(options.record, "--record"),
      inputs: readRawInputs(artifact, options.input),
      hasher: nodeHasher,
      ...(options.trace && { trace: decodeTraceFile(readBytes(options.trace), artifact).trace }),
    });
    if (options.pull) await collectWinnings(contracts, claim, account.address);
    return { claimId: claimId(claim, contracts.claimPlace), phase: view.phase, end, transactions };
  },
);
