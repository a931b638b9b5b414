import { readClaim } from "../src/chain/read-claim.js";
import { claimId } from "../src/claim/claim.js";
import { commitRecords } from "../src/claim/record-list.js";
import { nextChallengerMove } from "../src/dispute/challenge.js";
import type { ChallengerHoldings, HeldRecord } from "../src/dispute/holdings.js";
import { holdingsFromAnswers } from "../src/dispute/holdings-from-answers.js";
import { OnusError } from "../src/errors/onus-error.js";
import type { TensorData } from "../src/program/dtype.js";
import { prepareModel } from "../src/run/engine.js";
import { decodeClaimFile } from "../src/store/claim-file.js";
import type { CommittedArtifact } from "../src/trace/commit-artifact.js";
import { nodeHasher } from "../src/threads/node-hasher.js";
import { commitByRunning } from "../src/trace/commit-by-running.js";
import { decodeTraceFile } from "../src/trace/trace-file.js";
import { parseBytes32 } from "../src/types/bytes32.js";
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

type Options = Playing & {
  claim: string;
  record: string;
  artifact?: string;
  input?: string[];
  trace?: string;
};

const runAll = ({ artifact }: CommittedArtifact, inputs: readonly TensorData[]) =>
  commitByRunning(prepareModel(artifact), inputs, nodeHasher);

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
    const inputs = artifact && options.input && readInputs(artifact, options.input);
    const handedOver = artifact && options.trace && decodeTraceFile(readBytes(options.trace), artifact).trace;
    const held: HeldRecord = {
      index: parseCount(options.record, "--record"),
      ...(committed && inputs && { run: runAll(committed, inputs) }),
      ...(handedOver && { handedOver }),
    };
    let own: ChallengerHoldings = {
      address: account.address,
      records: [held],
      ...(committed && { committed }),
      ...(file && { recordList: commitRecords(file.records) }),
    };
    const id = claimId(claim, contracts.claimPlace);
    const { view, end, transactions } = await playSide({ contracts, claim }, options, (view, now) => {
      own = holdingsFromAnswers(view, own, runAll);
      return nextChallengerMove(view, own, now);
    });
    if (end.kind === "rest" && end.because !== "agrees" && end.because !== "decided") {
      throw new OnusError("UNCHECKED", { claimId: id, because: end.because });
    }
    if (options.pull) await collect(contracts, claim, account.address);
    return { claimId: id, phase: view.phase, end, transactions };
  },
);
