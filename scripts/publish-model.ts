import { publishModel } from "../src/chain/publish-model.js";
import { readArtifact } from "../src/store/read-artifact.js";
import { parseBytes32 } from "../src/types/bytes32.js";
import { openAccount, recipe, run } from "./support/recipe.js";
import type { Where } from "./support/recipe.js";

type Options = Where & { artifact: string; supersedes?: string; uri?: string };

/** Publishes an artifact under the account's name. `onus model import` makes the file. */
await run(
  recipe("publish-model", "publish an artifact as a model")
    .requiredOption("--artifact <file>", "a .onus file")
    .option("--supersedes <modelId>", "the account's model that this one follows")
    .option("--uri <uri>", "where the artifact can be fetched"),
  async (options: Options) => {
    const account = await openAccount(options);
    const { modelId, identity, hash, gasUsed } = await publishModel({
      contracts: account.contracts(),
      publisher: account.address,
      committed: readArtifact(options.artifact),
      ...(options.supersedes === undefined
        ? {}
        : { superseded: parseBytes32(options.supersedes, "--supersedes") }),
      ...(options.uri === undefined ? {} : { uri: options.uri }),
    });
    return { modelId, ...identity, transaction: hash, gasUsed };
  },
);
