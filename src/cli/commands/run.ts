import type { Command } from "commander";

import type { RegisterCommands } from "../commands.js";
import { makeReporter } from "../reporter.js";
import { CONSTANT, DIM, SHAPE, collect } from "./model-options.js";
import type { RunModelOptions } from "./run-model.js";

/** `onus run`: a model on inputs from files, outputs into files. */
export const registerRun: RegisterCommands = (program, streams) => {
  program
    .command("run")
    .description("run a model on inputs from files, bit for bit as a dispute would judge it")
    .argument("<model>", "ONNX file or .onus file")
    .option(
      "--input <NAME=FILE>",
      "values of an input: .npy, .pb (TensorProto) or .json (repeatable)",
      collect,
    )
    .requiredOption("--out <dir>", "directory for the outputs, one .npy file each")
    .option("--engine <name>", "what computes: wasm, loops or reference; the bits are the same", "wasm")
    .option(...DIM)
    .option(...SHAPE)
    .option(...CONSTANT)
    .option("--no-cache", "import an ONNX file anew, and keep nothing")
    .action(async (model: string, options: RunModelOptions, command: Command) => {
      const reporter = makeReporter(streams, command.optsWithGlobals());
      const { runModel, describeRun } = await import("./run-model.js");
      reporter.result(await runModel(model, options, reporter), describeRun);
    });
};
