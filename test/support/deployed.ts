import type { NetworkConnection } from "hardhat/types/network";

import { deployOnus, parametersOf } from "../../scripts/support/deploy-onus.js";
import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import type { Parameters } from "../../src/chain/parameters.js";
import { publishModel } from "../../src/chain/publish-model.js";
import { registerOperator } from "../../src/chain/register-operator.js";
import { send } from "../../src/chain/send.js";
import type { Claim } from "../../src/claim/claim.js";
import type { ModelIdentity } from "../../src/model/model-id.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { modelId } from "../../src/model/model-id.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { asWei } from "../../src/types/wei.js";

export type Actor = { readonly address: Address; readonly contracts: Contracts };

/** A whole deployment of the real parts, and an account for each role; the operators have a stake of 1 ether. */
export async function deployedProtocol(
  connection: NetworkConnection,
  chainId = 31337,
  changes: Partial<Parameters> = {},
) {
  const deployment = await deployOnus(connection, { ...parametersOf(31337), chainId, ...changes });
  const signers = await connection.ethers.getSigners();
  const actor = (account: number): Actor => {
    const signer = signers[account];
    if (signer === undefined) throw new RangeError(`no account ${account}`);
    return { address: parseAddress(signer.address), contracts: connectContracts(deployment, signer) };
  };
  const actors = {
    publisher: actor(1),
    operator: actor(2),
    otherOperator: actor(3),
    requester: actor(4),
    challenger: actor(5),
  };
  const stake = asWei(10n ** 18n);
  for (const { address, contracts } of [actors.operator, actors.otherOperator]) {
    await send("token.deposit", contracts.token.getFunction("deposit")({ value: stake }));
    await registerOperator({ contracts, operator: address, endpoint: "", stake });
  }
  return { connection, deployment, ...actors };
}

export type Deployed = Awaited<ReturnType<typeof deployedProtocol>>;

/** Publishes the artifact of an exhibit, and makes exhibit and claim those of that model and of our operator. */
export async function publishAndSign(
  { publisher, operator }: Pick<Deployed, "publisher" | "operator">,
  { claim, exhibit }: { claim: Claim; exhibit: Exhibit },
): Promise<{ claim: Claim; exhibit: Exhibit }> {
  const model = await publishOnce(publisher, exhibit.committed);
  const id = modelId(model, publisher.contracts.registryPlace);
  return {
    claim: { ...claim, operator: operator.address, modelId: id, liability: asWei(10n ** 16n) },
    exhibit: { ...exhibit, model },
  };
}

async function publishOnce(publisher: Actor, committed: CommittedArtifact): Promise<ModelIdentity> {
  const { contracts, address } = publisher;
  const identity = { publisher: address, artifactId: committed.id, superseded: ZERO_HASH };
  const known = await contracts.models.modelOf(modelId(identity, contracts.registryPlace));
  if (BigInt(known.publisher) === 0n) await publishModel({ contracts, publisher: address, committed });
  return identity;
}
