import type { Command } from "commander";

import type { RegisterCommands } from "../commands.js";
import { CONSTANT, DIM, SHAPE } from "./model-options.js";
import { does } from "../does.js";
import { makeReporter } from "../reporter.js";
import type { Streams } from "../streams.js";
import type { ModelImportOptions } from "./model-import.js";
import type { ModelShowOptions } from "./model-show.js";
import { withSending, withWhere } from "../options.js";

const GAS_PRICE = [
  "--gas-price <amount>",
  "gas price the least liability is reckoned with",
  "1 gwei",
] as const;
const NO_RUN = ["--no-run", "do not measure the seconds of a run"] as const;

/** `onus model …`: artifacts and models. */
export const registerModel: RegisterCommands = (program, streams) => {
  const model = program.command("model").description("import, publish and verify models");
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
  registerPublishing(model, streams);
};

/** Verbs of a publisher. */
function registerPublishing(model: Command, streams: Streams): void {
  const verb = (name: string, description: string): Command => model.command(name).description(description);
  const URI = ["--uri <uri>", "where the artifact can be fetched", ""] as const;
  withSending(verb("publish", "publish an artifact under the account's name"))
    .argument("<file>", ".onus file")
    .option(...URI)
    .action(does(streams, async () => (await import("./model-publish.js")).publish));
  withSending(verb("supersede", "publish the artifact that follows one of the account's models"))
    .argument("<modelId>", "the model it follows; that one stays as it is until it is retired")
    .argument("<file>", ".onus file")
    .option(...URI)
    .action(does(streams, async () => (await import("./model-publish.js")).supersede));
  withSending(verb("retire", "refuse new claims on a model after the exit delay, for good"))
    .argument("<modelId>")
    .action(does(streams, async () => (await import("./model-publish.js")).retire));
  withWhere(verb("verify", "say whether a file is the model's artifact, and where the model stands"))
    .argument("<modelId>")
    .argument("<file>", ".onus file")
    .action(does(streams, async () => (await import("./model-verify.js")).verify));
  withSending(
    verb("answer", "answer what is asked about a model of the account's, once or for as long as it runs"),
  )
    .argument("<modelId>")
    .argument("<file>", ".onus file")
    .option("--watch", "go on answering, until it is ended")
    .option("--poll <duration>", "between two looks at the chain", "12s")
    .action(does(streams, async () => (await import("./model-answer.js")).answer));
}
