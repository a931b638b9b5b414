import { claimId } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import { publishModel } from "../../src/chain/publish-model.js";
import { registerOperator } from "../../src/chain/register-operator.js";
import { send } from "../../src/chain/send.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import type { PublishedModel } from "../../src/dispute/dispute-view.js";
import { asAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asWei } from "../../src/types/wei.js";
import type { Wei } from "../../src/types/wei.js";
import type { Random } from "../../test/support/random.js";
import { Chronicle } from "./chronicle.js";
import type { Claimed } from "./claimed.js";
import type { Ground } from "./ground.js";
import { Ledger } from "./ledger.js";
import type { CaseSpec } from "./plan.js";

/** Accounts by what they do. */
export const PARTY = {
  publisher: party(1),
  operator: party(2),
  requester: party(3),
  challenger: party(4),
  attacker: party(5),
  accomplice: party(6),
  otherOperator: party(7),
  keeper: party(8),
} as const;

/** Checksummed, as all addresses are: digits alone have no case. */
function party(number: number): Address {
  return asAddress(`0x${`${number}`.repeat(40)}`);
}

const WEALTH = 10n ** 24n;

/** One claim on the ground, and what is known about everybody. */
export type Scene = {
  readonly ground: Ground;
  readonly spec: CaseSpec;
  readonly random: Random;
  readonly chronicle: Chronicle;
  readonly ledger: Ledger;
  readonly model: PublishedModel;
  readonly claimed: Claimed;
  readonly claim: Claim;
  readonly claimId: Bytes32;
  /** Balances, in wei of native currency and of stake token, free or staked, before the dispute. */
  readonly wealth: ReadonlyMap<Address, bigint>;
};

/** Publishes the model, stakes, and submits the claim: all that comes before a dispute. */
export async function stageScene(
  ground: Ground,
  { spec, claimed, liability, random }: { spec: CaseSpec; claimed: Claimed; liability: Wei; random: Random },
): Promise<Scene> {
  const { chain } = ground;
  await chain.restore();
  chain.baseFee = 10n ** 9n;
  const ledger = new Ledger();
  const reader = ground.as(PARTY.keeper).contracts;
  const chronicle = new Chronicle(chain, reader, ground.parameters);
  chain.label = "fund";
  chain.onReceipt = (receipt, call) => {
    ledger.note(call.from, chain.label, receipt);
    chronicle.note(receipt);
  };
  for (const address of Object.values(PARTY)) await chain.setBalance(address, WEALTH);

  const publisher = ground.as(PARTY.publisher);
  const { identity, modelId } = await publishModel({
    contracts: publisher.contracts,
    publisher: PARTY.publisher,
    committed: claimed.committed,
  });
  const model: PublishedModel = { identity, commitment: claimed.committed.commitment };
  await stake(ground, PARTY.operator, liability);

  const claim: Claim = {
    operator: PARTY.operator,
    modelId,
    nonce: BigInt(spec.number),
    recordsRoot: claimed.records.root,
    n: claimed.records.records.length,
    liability,
    window: ground.parameters.minWindow,
  };
  const id = claimId(claim, reader.claimPlace);
  chronicle.follow(id, claim, model);
  const wealth = new Map<Address, bigint>();
  for (const address of Object.values(PARTY)) wealth.set(address, await wealthOf(ground, address));
  chain.label = "submit";
  await submitClaim(ground.as(PARTY.operator).contracts, claim);
  return { ground, spec, random, chronicle, ledger, model, claimed, claim, claimId: id, wealth };
}

export async function stake(ground: Ground, operator: Address, amount: Wei): Promise<void> {
  const { contracts } = ground.as(operator);
  await send("token.deposit", contracts.token.getFunction("deposit")({ value: amount }));
  await registerOperator({ contracts, operator, endpoint: "", stake: asWei(amount) });
}

/** Wei of all kinds that belong to an account: native, token, and stake. */
export async function wealthOf(ground: Ground, account: Address): Promise<bigint> {
  const { contracts } = ground.as(account);
  const { stake } = await contracts.operators.operatorOf(account);
  const tokens = (await contracts.token.getFunction("balanceOf")(account)) as bigint;
  return (await ground.chain.balanceOf(account)) + tokens + stake;
}
