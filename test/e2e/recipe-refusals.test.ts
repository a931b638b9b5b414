import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect } from "chai";

const run = promisify(execFile);

/** What a recipe says on stderr, and its exit status, in an environment without settings of ours. */
async function refusal(...args: string[]): Promise<{ said: string; status: number }> {
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], ANVIL_RPC_URL: "http://127.0.0.1:1" };
  const options = ["--import", "tsx", "scripts/recipe.ts", ...args];
  const failure = await run(process.execPath, options, { env }).catch((error: unknown) => error);
  const { stderr, code } = failure as { stderr: string; code: number };
  return { said: stderr, status: code };
}

describe("e2e: what a recipe says to a newcomer", function () {
  this.timeout(60_000);

  it("names the networks there are", async () => {
    const { said, status } = await refusal("finalize", "--network", "mainnet", "--claim", "claim.json");
    expect(said).to.contain("NETWORK_UNKNOWN").and.to.contain("sepolia, baseSepolia");
    expect(status).to.equal(2);
  });

  it("says that the node does not answer", async () => {
    const { said, status } = await refusal("deploy", "--network", "anvil");
    expect(said).to.contain("NETWORK_UNREACHABLE").and.to.contain("hint: start its node");
    expect(status).to.equal(5);
  });

  it("names the setting that is missing, and how to set it", async () => {
    const { said, status } = await refusal("deploy", "--network", "opSepolia");
    expect(said).to.contain("OP_SEPOLIA_RPC_URL").and.to.contain("keystore set OP_SEPOLIA_RPC_URL");
    expect(status).to.equal(3);
  });

  it("says how many accounts a network has", async () => {
    const { said, status } = await refusal("deploy", "--network", "default", "--account", "99");
    expect(said).to.contain("ACCOUNT_MISSING").and.to.contain("99");
    expect(status).to.be.above(0);
  });

  it("names the option that is missing", async () => {
    const { said, status } = await refusal("submit");
    expect(said).to.contain("--model <modelId>");
    expect(status).to.equal(2);
  });

  it("names the recipes there are", async () => {
    const { said, status } = await refusal("undo");
    expect(said).to.contain(
      "deploy, verify, publish-model, register-operator, submit, dispute, challenge, defend, finalize",
    );
    expect(status).to.equal(2);
  });
});
