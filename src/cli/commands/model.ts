import type { Command } from "commander";

import type { RegisterCommands } from "../commands.js";
import { CONSTANT, DIM, SHAPE } from "./model-options.js";
import { makeReporter } from "../reporter.js";
import type { ModelImportOptions } from "./model-import.js";
import type { ModelShowOptions } from "./model-show.js";

const GAS_PRICE = [
  "--gas-price <amount>",
  "gas price the least liability is reckoned with",
  "1 gwei",
] as const;
const NO_RUN = ["--no-run", "do not measure the seconds of a run"] as const;

/** `onus model …`: artifacts and models. */
export const registerModel: RegisterCommands = (program, streams) => {
  const model = program.command("model").description("import models and look into them");
  model
    .command("import")
    .description("lower an ONNX model to an artifact, and say what it costs to prove")
    .argument("<file>", "ONNX file, weights included")
    .option(...DIM)
    .option(...SHAPE)
    .option(...CONSTANT)
    .option("--out <file>", "where to write the artifact, e.g. model.onus")
    .option(...GAS_PRICE)
    .option(...NO_RUN)
    .option("--no-cache", "import anew, and keep nothing")
    .action(async (file: string, options: ModelImportOptions, command: Command) => {
      const reporter = makeReporter(streams, command.optsWithGlobals());
      const { importModel, describeImport } = await import("./model-import.js");
      reporter.result(await importModel(file, options, reporter), describeImport);
    });
  model
    .command("show")
    .description("say what an artifact is and what it costs to prove")
    .argument("<file>", ".onus file")
    .option(...GAS_PRICE)
    .option(...NO_RUN)
    .action(async (file: string, options: ModelShowOptions, command: Command) => {
      const reporter = makeReporter(streams, command.optsWithGlobals());
      const { showModel, describeShown } = await import("./model-show.js");
      reporter.result(await showModel(file, options, reporter), describeShown);
    });
  model
    .command("operators")
    .description("list the ONNX operators that can be imported")
    .action(async (_options: unknown, command: Command) => {
      const reporter = makeReporter(streams, command.optsWithGlobals());
      const { lowerings } = await import("../../program/lowering/registry.js");
      const { remarks } = await import("../../program/lowering/remarks.js");
      const operators = Object.keys(lowerings)
        .sort()
        .map((operator) => ({ operator, remark: remarks[operator] ?? "" }));
      reporter.result(operators, () =>
        operators.map(({ operator, remark }) => `${operator.padEnd(24)}${remark}`.trimEnd()).join("\n"),
      );
    });
};
