import type { RegisterCommands } from "../commands.js";
import { does } from "../does.js";
import { withWhere } from "../options.js";

/** `onus audit`, `onus verify`: who is responsible, and how one knows. */
export const registerAudit: RegisterCommands = (program, streams) => {
  withWhere(
    program
      .command("audit")
      .description("find who is responsible for a result, and write the evidence into one file")
      .argument(
        "<subject>",
        "an output file, a claim.json, a receipt, or the id of a claim, record or receipt",
      ),
  )
    .option("--index <url>", "the index that is asked (`onus index start`)", "http://127.0.0.1:8600")
    .option("--claim <id>", "of this claim, where several have the same record or output")
    .option("--record <index>", "of this record of the claim")
    .option(
      "--input <file...>",
      "the record's inputs, raw elements, .npy, .pb or .json, to run it again from the bundle",
    )
    .option("--out <file>", "where the bundle goes", "bundle.json")
    .option("--report <file>", "the same on one page, as Markdown")
    .option("--headers <count>", "most headers that tie the events to one block", "4096")
    .option(
      "--links <count>",
      "most proofs of block hashes (EIP-2935) that do, each over 8,191 blocks",
      "1024",
    )
    .action(does(streams, async () => (await import("./audit-subject.js")).audit));
  program
    .command("verify")
    .description("check an evidence bundle: offline, but for the block that everything in it rests on")
    .argument("<bundle>", "what `onus audit` wrote")
    .option("--rpc <url>", "confirm the block at this node")
    .option(
      "--anchor <hash>",
      "confirm the block by its hash, from a source that you trust; several, one by one",
      (hash: string, before: readonly string[] = []) => [...before, hash],
    )
    .option("--onus <address>", "the deployment that is meant, by its one address")
    .option(
      "--artifact <file>",
      "the model's .onus file: runs the record again, when the bundle has its input",
    )
    .option("--report <file>", "the same on one page, as Markdown")
    .action(does(streams, async () => (await import("./verify-file.js")).verify));
};
