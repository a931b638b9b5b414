import { readFileSync, writeFileSync } from "node:fs";

import { makeMixer, makeRanker } from "../../scripts/explorer/models.js";
import type { Made } from "../../scripts/explorer/models.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { claimOneRecord } from "../../src/claim/claim-one-record.js";
import { modelId as idOfModel } from "../../src/model/model-id.js";
import { encodeArtifactFile } from "../../src/program/artifact-file.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { bytesOfTensor, prepareModel, tensorOfBytes } from "../../src/run/engine.js";
import { writeClaimDirectory } from "../../src/store/claim-directory.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun, rootsOf } from "../../src/trace/commit-run.js";
import type { Tree } from "../../src/trace/tree.js";
import { parseBytes32, ZERO_HASH } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import type { CliScene } from "./cli-scene.js";
import { withFlippedBit } from "./forge-trace.js";
import { randomFloats } from "./tiny-tensors.js";

/** Models of which one's output is another's input, published: 64 numbers in, 64 or 8 and 1 out. */
export async function publishLineage(scene: CliScene, publisher: number) {
  const publish = async (name: string, made: Made) => {
    const file = scene.file(`${name}.onus`);
    writeFileSync(file, encodeArtifactFile(made));
    const { modelId } = await scene.json(publisher, "model", "publish", file);
    return { made, file, modelId: parseBytes32(modelId as string) };
  };
  return { mixer: await publish("mixer", makeMixer(1)), ranker: await publish("ranker", makeRanker(1)) };
}

export type PublishedLineage = Awaited<ReturnType<typeof publishLineage>>;
type Published = PublishedLineage["mixer"];

/** What a model puts out, as raw files. */
export function runToFiles(scene: CliScene, { made }: Published, input: string, name: string): string[] {
  const { artifact } = made;
  const bytes = Uint8Array.from(readFileSync(input));
  const { tensors } = prepareModel(artifact).run([tensorOfBytes(bytes, artifact.table[0] as TensorEntry)]);
  return artifact.outputs.map((_, number) => {
    const file = scene.file(`${name}-${number}.bin`);
    writeFileSync(file, bytesOfTensor(tensors.at(number - artifact.outputs.length)!));
    return file;
  });
}

/**
 * A claim of a lying operator to a mixer's result with one wrong element in its output, with what it would hand over in
 * `name`/; `output.bin` is what others took for the result.
 */
export async function claimLie(
  scene: CliScene,
  { mixer, operator, name }: { mixer: Published; operator: number; name: string },
): Promise<string> {
  const { artifact } = mixer.made;
  const committed = commitArtifact(artifact);
  const inputs = [randomFloats([64], { seed: name })];
  const truth = commitRun(artifact, prepareModel(artifact).run(inputs));
  const trace = withFlippedBit(truth, { index: artifact.kernels.length - 1, bit: 9 * 32 + 20 });
  const contracts = scene.contractsOf(operator);
  const address = scene.accounts[operator]!;
  const { claim, record } = claimOneRecord(
    {
      ...{ operator: address, modelId: mixer.modelId, nonce: 1n },
      ...{ liability: parseWei("0.01 ether"), window: asSeconds(6_000n) },
    },
    { requester: address, salt: ZERO_HASH, roots: rootsOf(trace.lists) },
  );
  const publisher = (await contracts.models.modelOf(mixer.modelId)).publisher;
  const model = { publisher: publisher as typeof address, artifactId: committed.id, superseded: ZERO_HASH };
  if (idOfModel(model, contracts.registryPlace) !== mixer.modelId) throw new Error("another model");
  writeClaimDirectory(scene.file(name), {
    ...{ claim, records: [record], model, artifactId: committed.id, inputs, trace },
  });
  writeFileSync(scene.file(name, "output.bin"), (trace.tensor("output", 0) as Tree).source);
  return (await submitClaim(contracts, claim)).claimId;
}
