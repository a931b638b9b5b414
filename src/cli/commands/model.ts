import type { Command } from "commander";

import type { RegisterCommands } from "../commands.js";
import { makeReporter } from "../reporter.js";
import type { ModelImportOptions } from "./model-import.js";

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `onus model …`: artifacts and models. */
export const registerModel: RegisterCommands = (program, streams) => {
  const model = program.command("model").description("import models and look into them");
  model
    .command("import")
    .description("lower an ONNX model to an artifact, and say what it costs to prove")
    .argument("<file>", "ONNX file, weights included")
    .option("--dim <NAME=N>", "extent of a named dimension (repeatable)", collect)
    .option("--shape <INPUT=1,3,48,320>", "shape of an input (repeatable)", collect)
    .option("--out <file>", "where to write the artifact, e.g. model.onus")
    .option("--gas-price <amount>", "gas price for the least liability, e.g. 2 gwei", "1 gwei")
    .option("--no-run", "do not measure the seconds per run")
    .option("--no-cache", "import anew, and keep nothing")
    .action(async (file: string, options: ModelImportOptions, command: Command) => {
      const reporter = makeReporter(streams, command.optsWithGlobals());
      const { importModel, describeImport } = await import("./model-import.js");
      reporter.result(await importModel(file, options, reporter), describeImport);
    });
};
