import { writeDeployment } from "../src/chain/deployment.js";
import { readParameters } from "../src/chain/parameters.js";
import { deployOnus, parametersOf } from "./support/deploy-onus.js";
import { openNetwork, recipe, run } from "./support/recipe.js";
import type { Where } from "./support/recipe.js";

/** Deploys the protocol, or goes on where an interrupted deployment stopped, and writes the address file. */
await run(
  recipe("deploy", "deploy Onus and its parts").option(
    "--parameters <file>",
    "default: those of the chain in deploy/parameters",
  ),
  async (options: Where & { parameters?: string }) => {
    const connection = await openNetwork(options.network);
    const { chainId } = await connection.ethers.provider.getNetwork();
    const parameters =
      options.parameters === undefined ? parametersOf(Number(chainId)) : readParameters(options.parameters);
    const deployment = await deployOnus(connection, parameters);
    return { ...deployment, writtenTo: writeDeployment(deployment) };
  },
);
