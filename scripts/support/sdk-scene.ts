import { readFileSync } from "node:fs";

import { JsonRpcSigner } from "ethers";

import { connectContracts } from "../../src/chain/contracts.js";
import { memoryJournal } from "../../src/chain/deployment-journal.js";
import { deployOnus } from "../../src/chain/deploy-onus.js";
import { openChain } from "../../src/chain/open-account.js";
import { wrapCall } from "../../src/chain/operator-calls.js";
import { readParameters } from "../../src/chain/parameters.js";
import { publishModel } from "../../src/chain/publish-model.js";
import { registerOperator } from "../../src/chain/register-operator.js";
import { sendCall } from "../../src/chain/send-call.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { claimInference } from "../../src/claim/claim-inference.js";
import { encodeArtifactFile } from "../../src/program/artifact-file.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { encodeClaimFile } from "../../src/store/claim-file.js";
import { parseAddress } from "../../src/types/address.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { parseSeconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import { startAnvil } from "../../test/support/anvil.js";
import { randomKernel } from "../../test/support/kernel-generator.js";
import { modelAround } from "../../test/support/single-kernel.js";

/** What the README's example is about: an open claim on a node of its own, and the files handed over with it. */
export type SdkScene = {
  readonly url: string;
  /** By the names that the example reads. */
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  readonly stop: () => Promise<void>;
};

export async function startSdkScene(): Promise<SdkScene> {
  const node = await startAnvil();
  try {
    const chain = await openChain({ url: node.url, name: "the example's node" });
    const [first] = (await chain.provider.send("eth_accounts", [])) as [string];
    const account = parseAddress(first);
    const runner = new JsonRpcSigner(chain.provider, first);
    const path = "deploy/parameters/local.json";
    const preset = { path, parameters: readParameters(path) };
    const deployment = await deployOnus({
      runner,
      account,
      preset,
      journal: memoryJournal(),
      known: undefined,
    });
    const contracts = connectContracts(deployment, runner);

    const made = randomKernel(9);
    const { committed, trace } = modelAround(made, made.data.length, 1);
    const { artifact } = committed;
    const inputs = trace.run.tensors.slice(0, artifact.inputs.length);
    const { modelId, identity } = await publishModel({ contracts, publisher: account, committed });
    const stake = parseWei("1 ether");
    await sendCall(contracts, wrapCall(contracts, stake));
    await registerOperator({ contracts, operator: account, endpoint: "", stake });
    const terms = { operator: account, modelId, nonce: 1n, liability: stake, window: parseSeconds("600s") };
    const given = { committed, inputs, requester: account, salt: ZERO_HASH, states: "on-demand" } as const;
    const { claim, record } = claimInference(terms, given);
    await submitClaim(contracts, claim);
    chain.close();
    const metadata = { importerVersion: "0", onnxHash: ZERO_HASH, dims: {}, shapes: {}, kernelNames: [] };
    return {
      url: node.url,
      files: {
        "addresses.json": JSON.stringify(deployment),
        "claim.json": encodeClaimFile({ claim, records: [record], model: identity }),
        "model.onus": encodeArtifactFile({ artifact, metadata }),
        ...Object.fromEntries(inputs.map((data, index) => [`input-${index}.bin`, bytesOfTensor(data)])),
      },
      stop: node.stop,
    };
  } catch (error) {
    await node.stop();
    throw error;
  }
}

/** The code of the README that stands under a heading. */
export function exampleUnder(heading: string, path = "README.md"): string {
  const text = readFileSync(path, "utf8");
  const [, code] = /```js\n([\s\S]*?)```/.exec(text.slice(text.indexOf(heading))) ?? [];
  if (code === undefined) throw new RangeError(`${path} has no example under "${heading}"`);
  return code;
}
