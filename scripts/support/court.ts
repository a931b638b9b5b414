import type { NetworkConnection } from "hardhat/types/network";

import { withFlippedBit } from "../../test/support/forge-trace.js";
import { Random } from "../../test/support/random.js";
import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { convictClaim } from "../../src/chain/convict-claim.js";
import { publishModel } from "../../src/chain/publish-model.js";
import type { Publication } from "../../src/chain/publish-model.js";
import { registerOperator } from "../../src/chain/register-operator.js";
import { send } from "../../src/chain/send.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { claimId } from "../../src/claim/claim.js";
import { claimOneRecord } from "../../src/claim/claim-one-record.js";
import { assembleExhibit } from "../../src/dispute/assemble-exhibit.js";
import { elementEvidence } from "../../src/dispute/evidence.js";
import type { DisputedElement } from "../../src/dispute/evidence.js";
import { elementBytes } from "../../src/program/dtype.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import { parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import { deployOnus, parametersOf } from "./deploy-onus.js";

const STAKE = parseWei("1 ether");
const LIABILITY = parseWei("0.5 ether");
const FAULTED = 4n;

/** What one conviction took: a transaction from evidence to FAULTED. */
export type Conviction = DisputedElement & { readonly gas: number; readonly calldataBytes: number };

/** All of Onus on the chain in this process, with an operator that lies. */
export type Court = {
  /**
   * Claims the trace with one bit flipped in each of `count` elements, one claim each, all over the kernels, and convicts
   * every claim; throws where one is not FAULTED then. The same elements for the same count and kernels.
   */
  convictFlipped(args: {
    readonly committed: CommittedArtifact;
    readonly trace: CommittedTrace;
    readonly count: number;
  }): Promise<Conviction[]>;
};

type Party = { readonly address: Address; readonly contracts: Contracts };

export async function openCourt(connection: NetworkConnection): Promise<Court> {
  const deployment = await deployOnus(connection, parametersOf(31337));
  const signers = await connection.ethers.getSigners();
  const party = (account: number): Party => {
    const signer = signers[account];
    if (signer === undefined) throw new Error(`the chain has no account ${account}`);
    return { address: parseAddress(signer.address), contracts: connectContracts(deployment, signer) };
  };
  const [publisher, operator, challenger] = [party(1), party(2), party(3)];
  await send("token.deposit", operator.contracts.token.getFunction("deposit")({ value: STAKE }));
  const { contracts, address } = operator;
  await registerOperator({ contracts, operator: address, endpoint: "", stake: STAKE });

  /** One claim and its end; the chain returns to where it was, because a liar never claims again. */
  const convict = async (
    model: { readonly committed: CommittedArtifact; readonly published: Publication },
    trace: CommittedTrace,
    disputed: DisputedElement,
  ): Promise<Conviction> => {
    const before = await connection.networkHelpers.takeSnapshot();
    const { committed, published } = model;
    const { modelId, identity } = published;
    const terms = { operator: address, modelId, nonce: 0n, liability: LIABILITY, window: asSeconds(60n) };
    const given = { requester: challenger.address, salt: ZERO_HASH, roots: rootsOf(trace.lists) };
    const { claim, record } = claimOneRecord(terms, given);
    await submitClaim(contracts, claim);
    const handedOver = { claim, records: [record], model: identity, committed, trace };
    const evidence = elementEvidence(assembleExhibit(handedOver, contracts.registryPlace, 0), disputed);
    const beneficiary = challenger.address;
    const { gasUsed } = await convictClaim({
      contracts: challenger.contracts,
      claim,
      evidence,
      beneficiary,
    });
    const { phase } = await contracts.claims.stateOf(claimId(claim, contracts.claimPlace));
    if (phase !== FAULTED) throw new Error(`element ${disputed.element} of kernel ${disputed.kernel} stands`);
    const call = contracts.referee.interface.encodeFunctionData("convict", [claim, evidence, beneficiary]);
    await before.restore();
    return { ...disputed, gas: Number(gasUsed), calldataBytes: (call.length - 2) / 2 };
  };

  return {
    async convictFlipped({ committed, trace, count }) {
      const published = await publishModel({
        contracts: publisher.contracts,
        publisher: publisher.address,
        committed,
      });
      const { artifact } = committed;
      const first = artifact.inputs.length + artifact.weights.length;
      const random = new Random(count);
      const convictions: Conviction[] = [];
      while (convictions.length < count) {
        const kernel = random.below(artifact.kernels.length);
        const entry = artifact.table[first + kernel] as TensorEntry;
        const element = random.below(entry.count);
        const bits = 8 * elementBytes(entry.dtype);
        const bit = bits * element + random.below(bits);
        const flipped = withFlippedBit(trace, { index: kernel, bit });
        convictions.push(await convict({ committed, published }, flipped, { kernel, element }));
      }
      return convictions;
    },
  };
}
