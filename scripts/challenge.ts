import { collectWinnings } from "../src/chain/collect-winnings.js";
import { playChallenger, runAll } from "../src/chain/play-challenger.js";
import { readClaim } from "../src/chain/read-claim.js";
import { claimId } from "../src/claim/claim.js";
import { commitRecords } from "../src/claim/record-list.js";
import { decodeClaimFile } from "../src/store/claim-file.js";
import { readArtifact, readRawInputs } from "../src/store/read-artifact.js";
import { readBytes, readText } from "../src/store/read-file.js";
import { nodeHasher } from "../src/threads/node-hasher.js";
import { decodeTraceFile } from "../src/trace/trace-file.js";
import { parseBytes32 } from "../src/types/bytes32.js";
import { parseCount } from "../src/types/count.js";
import { playingOf, withPlaying } from "./support/play.js";
import type { PlayOptions } from "./support/play.js";
import { openAccount, recipe, run } from "./support/recipe.js";

type Options = PlayOptions & {
  claim: string;
  record: string;
  artifact?: string;
  input?: string[];
  trace?: string;
};

/**
 * Looks into a record of a claim, asks for whatever it cannot see, and proves what is wrong. What is not at hand is asked
 * of the operator too. Everything is read from the chain before every step: interrupted, it goes on when it is started
 * again.
 */
await run(
  withPlaying(
    recipe("challenge", "check a record of a claim, ask for what is withheld, convict what is wrong"),
  )
    .requiredOption("--claim <file or id>", "claim.json, or the id of the claim alone")
    .option("--record <index>", "which record of the claim", "0")
    .option("--artifact <file>", "the model's .onus file, if you have it")
    .option("--input <file...>", "the record's input as you know it, one file an input")
    .option("--trace <file>", "trace.bin of the record, if it was handed over"),
  async (options: Options) => {
    const account = await openAccount(options);
    const contracts = account.contracts();
    const isId = /^0x[0-9a-fA-F]{64}$/.test(options.claim);
    const file = isId ? undefined : decodeClaimFile(readText(options.claim));
    const claim = file?.claim ?? (await readClaim(contracts, parseBytes32(options.claim, "--claim")));

    const committed = options.artifact === undefined ? undefined : readArtifact(options.artifact);
    const artifact = committed?.artifact;
    const inputs = artifact && options.input && readRawInputs(artifact, options.input);
    const handedOver = artifact && options.trace && decodeTraceFile(readBytes(options.trace), artifact).trace;
    const { view, end, transactions } = await playChallenger(
      playingOf({ contracts, claim }, options),
      {
        address: account.address,
        records: [
          {
            index: parseCount(options.record, "--record"),
            ...(committed && inputs && { run: runAll(committed, inputs, nodeHasher) }),
            ...(handedOver && { handedOver }),
          },
        ],
        ...(committed && { committed }),
        ...(file && { recordList: commitRecords(file.records) }),
      },
      nodeHasher,
    );
    if (options.pull) await collectWinnings(contracts, claim, account.address);
    return { claimId: claimId(claim, contracts.claimPlace), phase: view.phase, end, transactions };
  },
);
