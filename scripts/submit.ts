import { randomBytes } from "node:crypto";

import { Option } from "commander";

import { readModel } from "../src/chain/read-model.js";
import { submitClaim } from "../src/chain/submit-claim.js";
import { claimInference } from "../src/claim/claim-inference.js";
import { requireArtifactOf } from "../src/claim/require-artifact-of.js";
import { writeClaimDirectory } from "../src/store/claim-directory.js";
import { readArtifact, readRawInputs } from "../src/store/read-artifact.js";
import { nodeHasher } from "../src/threads/node-hasher.js";
import { parseAddress } from "../src/types/address.js";
import { bytes32From, parseBytes32 } from "../src/types/bytes32.js";
import { parseSeconds } from "../src/types/seconds.js";
import { parseWei } from "../src/types/wei.js";
import { openAccount, recipe, run } from "./support/recipe.js";
import type { Where } from "./support/recipe.js";

type Options = Where & {
  model: string;
  artifact: string;
  input: string[];
  requester?: string;
  liability: string;
  window: string;
  trace: "on-demand" | "eager";
  out: string;
};

/**
 * Runs a model on an input and commits to the result. What a challenger needs, and what the operator answers from, is
 * written before anything is sent.
 */
await run(
  recipe("submit", "run a model and submit a claim to its result")
    .requiredOption("--model <modelId>", "a published model")
    .requiredOption("--artifact <file>", "its .onus file")
    .requiredOption("--input <file...>", "raw little-endian elements, one file an input")
    .option("--requester <address>", "who asked; the account itself if nobody is named")
    .requiredOption("--liability <amount>", 'stake behind the claim, for example "0.05 ether"')
    .option("--window <duration>", "how long it can be contested", "48h")
    .addOption(
      new Option("--trace <when>", "stated in the claim, or only when somebody asks for it")
        .choices(["on-demand", "eager"])
        .default("eager"),
    )
    .option("--out <directory>", "where claim.json, the inputs and an eager trace.bin go", "claim"),
  async (options: Options) => {
    const account = await openAccount(options);
    const contracts = account.contracts();
    const modelId = parseBytes32(options.model, "--model");
    const model = await readModel(contracts, modelId);
    const committed = readArtifact(options.artifact);
    requireArtifactOf(modelId, model, committed);
    const inputs = readRawInputs(committed.artifact, options.input);
    const terms = {
      operator: account.address,
      modelId,
      nonce: BigInt(Date.now()),
      liability: parseWei(options.liability, "--liability"),
      window: parseSeconds(options.window, "--window"),
    };
    const requester = parseAddress(options.requester ?? account.address, "--requester");
    const salt = bytes32From(randomBytes(32));
    const { claim, record, trace } = claimInference(terms, {
      ...{ committed, inputs, requester, salt },
      states: options.trace,
      hasher: nodeHasher,
    });
    writeClaimDirectory(options.out, {
      ...{ claim, records: [record], model, artifactId: committed.id, inputs },
      ...(trace && { trace }),
    });
    const { claimId, hash, gasUsed } = await submitClaim(contracts, claim);
    return { claimId, transaction: hash, gasUsed, writtenTo: options.out };
  },
);
