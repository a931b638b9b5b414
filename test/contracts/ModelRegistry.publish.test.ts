import { expect } from "chai";
import { network } from "hardhat";

import { artifactId, type ArtifactCommitment } from "../../src/model/artifact-id.js";
import { modelId } from "../../src/model/model-id.js";
import { asAddress } from "../../src/types/address.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { ARTIFACT, bytes32, deployProtocol, publish } from "../support/protocol.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const deployment = () => deployProtocol(connection);

async function onePublishedModel() {
  const protocol = await deployProtocol(connection);
  const first = await publish(protocol);
  const registry = protocol.modelRegistry.connect(protocol.actors.publisher);
  return { ...protocol, first, registry };
}

describe("ModelRegistry.publish", () => {
  it("names the model by chain, registry, publisher, artifact and what it follows, and emits all of it", async () => {
    const { modelRegistry, actors } = await networkHelpers.loadFixture(deployment);
    const registry = {
      chainId: (await ethers.provider.getNetwork()).chainId,
      contract: asAddress(await modelRegistry.getAddress()),
    };
    const publisher = asAddress(actors.publisher.address);
    const id = modelId({ publisher, artifactId: artifactId(ARTIFACT), superseded: ZERO_HASH }, registry);
    const { kernelCount, weightCount, inputCount, outputCount } = ARTIFACT;
    const { programRoot, tableRoot, weightsRoot, interfaceHash } = ARTIFACT;
    const words = [kernelCount, weightCount, inputCount, outputCount, programRoot, tableRoot, weightsRoot];
    await expect(modelRegistry.connect(actors.publisher).publish(ARTIFACT, ZERO_HASH, "ipfs://model"))
      .to.emit(modelRegistry, "ModelPublished")
      .withArgs(
        id,
        actors.publisher.address,
        artifactId(ARTIFACT),
        ZERO_HASH,
        [...words, interfaceHash],
        "ipfs://model",
      );
    expect((await modelRegistry.modelOf(id)).publisher).to.equal(actors.publisher.address);
  });

  it("lets two publishers publish one artifact as two models", async () => {
    const { modelRegistry, actors, first } = await networkHelpers.loadFixture(onePublishedModel);
    const registry = modelRegistry.connect(actors.stranger);
    expect(await registry.publish.staticCall(ARTIFACT, ZERO_HASH, "")).to.not.equal(first);
  });

  it("reverts with ModelAlreadyPublished the second time", async () => {
    const { registry, first } = await networkHelpers.loadFixture(onePublishedModel);
    await expect(registry.publish(ARTIFACT, ZERO_HASH, ""))
      .to.be.revertedWithCustomError(registry, "ModelAlreadyPublished")
      .withArgs(first);
  });

  const counts: [changed: Partial<ArtifactCommitment>, error: string | undefined, values: unknown[]][] = [
    [{ kernelCount: 0 }, "KernelCountOutOfRange", [0, 1, 65_536]],
    [{ kernelCount: 65_537 }, "KernelCountOutOfRange", [65_537, 1, 65_536]],
    [{ kernelCount: 65_536, weightCount: 65_536, inputCount: 64, outputCount: 64 }, undefined, []],
    [{ kernelCount: 1, weightCount: 0, inputCount: 0, outputCount: 1 }, undefined, []],
    [{ weightCount: 65_537 }, "WeightCountOutOfRange", [65_537, 65_536]],
    [{ inputCount: 65 }, "InputCountOutOfRange", [65, 64]],
    [{ outputCount: 0 }, "OutputCountOutOfRange", [0, 1, 3]],
    [{ outputCount: 4 }, "OutputCountOutOfRange", [4, 1, 3]],
    [{ kernelCount: 65, outputCount: 65 }, "OutputCountOutOfRange", [65, 1, 64]],
  ];
  for (const [changed, error, values] of counts) {
    it(`${error ? `reverts with ${error}` : "succeeds"} for ${JSON.stringify(changed)}`, async () => {
      const { modelRegistry } = await networkHelpers.loadFixture(deployment);
      const attempt = modelRegistry.publish({ ...ARTIFACT, ...changed }, ZERO_HASH, "");
      if (error === undefined) await expect(attempt).to.emit(modelRegistry, "ModelPublished");
      else {
        await expect(attempt)
          .to.be.revertedWithCustomError(modelRegistry, error)
          .withArgs(...values);
      }
    });
  }

  it("grows a chain of versions: each model is followed once, by its own publisher", async () => {
    const { registry, first, actors } = await networkHelpers.loadFixture(onePublishedModel);
    const next = { ...ARTIFACT, weightsRoot: bytes32(7) };
    const second = await registry.publish.staticCall(next, first, "");
    await expect(registry.connect(actors.stranger).publish(next, first, ""))
      .to.be.revertedWithCustomError(registry, "NotPublisher")
      .withArgs(first, actors.stranger.address, actors.publisher.address);
    await registry.publish(next, first, "");
    expect(await registry.successorOf(first)).to.equal(second);
    await expect(registry.publish({ ...ARTIFACT, weightsRoot: bytes32(8) }, first, ""))
      .to.be.revertedWithCustomError(registry, "ModelAlreadySuperseded")
      .withArgs(first, second);
    await expect(registry.publish(next, bytes32(9), ""))
      .to.be.revertedWithCustomError(registry, "ModelUnknown")
      .withArgs(bytes32(9));
  });
});
