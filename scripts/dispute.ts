import { convictClaim } from "../src/chain/convict-claim.js";
import { burnPenalty, pullBeneficiaryShare, pullRecordShare } from "../src/chain/pull-shares.js";
import { assembleExhibit } from "../src/dispute/assemble-exhibit.js";
import { evidenceOfFinding } from "../src/dispute/evidence-of-finding.js";
import { locateFault } from "../src/dispute/locate-fault.js";
import { prepareModel } from "../src/run/engine.js";
import { decodeClaimFile } from "../src/store/claim-file.js";
import { readArtifact, readRawInputs } from "../src/store/read-artifact.js";
import { readBytes, readText } from "../src/store/read-file.js";
import { nodeHasher } from "../src/threads/node-hasher.js";
import { commitByRunning } from "../src/trace/commit-by-running.js";
import { decodeTraceFile } from "../src/trace/trace-file.js";
import { parseCount } from "../src/types/count.js";
import { openAccount, recipe, run } from "./support/recipe.js";
import type { Where } from "./support/recipe.js";

type Options = Where & {
  claim: string;
  trace: string;
  artifact: string;
  input: string[];
  record: string;
  pull?: true;
};

/** Re-runs a record, and if its trace is wrong proves it in one transaction. */
await run(
  recipe("dispute", "check a record of a claim, and convict it if it is wrong")
    .requiredOption("--claim <file>", "claim.json")
    .requiredOption("--trace <file>", "trace.bin of the record")
    .requiredOption("--artifact <file>", "the model's .onus file")
    .requiredOption("--input <file...>", "the record's input as you know it, one file an input")
    .option("--record <index>", "which record of the claim", "0")
    .option("--pull", "send out the shares and the burned part as well"),
  async (options: Options) => {
    const account = await openAccount(options);
    const contracts = account.contracts();
    const committed = readArtifact(options.artifact);
    const { artifact } = committed;
    const { claim, records, model } = decodeClaimFile(readText(options.claim));
    const { trace } = decodeTraceFile(readBytes(options.trace), artifact);
    const handedOver = { claim, records, model, committed, trace };
    const exhibit = assembleExhibit(
      handedOver,
      contracts.registryPlace,
      parseCount(options.record, "--record"),
    );

    const own = commitByRunning(prepareModel(artifact), readRawInputs(artifact, options.input), nodeHasher);
    const finding = locateFault(artifact, own, trace);
    const evidence = evidenceOfFinding(exhibit, finding);
    if (evidence === undefined) return { finding, convicted: false };
    const { hash, gasUsed } = await convictClaim({
      contracts,
      claim,
      evidence,
      beneficiary: account.address,
    });
    if (options.pull) {
      await pullBeneficiaryShare(contracts, claim);
      for (const index of records.keys()) await pullRecordShare(contracts, claim, exhibit.records, index);
      await burnPenalty(contracts, claim);
    }
    return { finding, convicted: true, transaction: hash, gasUsed, evidenceBytes: evidence.length };
  },
);
