import { readEvents } from "../../src/chain/read-events.js";
import type { ClaimSubmittedEvent } from "../../typechain-types/interfaces/IClaimBook.js";
import type { OperatorRegisteredEvent } from "../../typechain-types/interfaces/IOperatorRegistry.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { providerOf } from "../../src/chain/contracts.js";
import { decodeSubmitted } from "../../src/chain/read-claim.js";
import { readClaimState } from "../../src/chain/read-claims.js";
import type { ClaimState } from "../../src/chain/read-claims.js";
import type { Claim } from "../../src/claim/claim.js";
import { dividePenalty } from "../../src/slash/divide-penalty.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asWei } from "../../src/types/wei.js";

export type ChainClaim = { readonly claimId: Bytes32; readonly claim: Claim; readonly state: ClaimState };

/** Every claim on the chain as it is now. */
export async function claimsOnChain(contracts: Contracts): Promise<readonly ChainClaim[]> {
  const provider = providerOf(contracts);
  const { deployment, claims } = contracts;
  const submitted = await readEvents<ClaimSubmittedEvent.OutputObject>(
    {
      ...{ provider, address: deployment.claimBook, abi: claims.interface },
      span: { from: deployment.fromBlock, to: await provider.getBlockNumber() },
    },
    "ClaimSubmitted",
    [],
  );
  return Promise.all(
    submitted.map(async ({ args }) => {
      const claimId = asBytes32(args.claimId);
      return { claimId, claim: decodeSubmitted(args), state: await readClaimState(contracts, claimId) };
    }),
  );
}

/**
 * What does not balance: with every claim decided, every share pulled and the rest burned, the registry holds exactly the
 * stakes, and each book of native currency what it says it answers for.
 */
export async function imbalances(
  contracts: Contracts,
  claims: readonly ChainClaim[],
): Promise<readonly string[]> {
  const { operators, inquiry, court, token, deployment } = contracts;
  const provider = providerOf(contracts);
  const span = { from: deployment.fromBlock, to: await provider.getBlockNumber() };
  const registered = await readEvents<OperatorRegisteredEvent.OutputObject>(
    { ...{ provider, address: deployment.operatorRegistry, abi: operators.interface }, span },
    "OperatorRegistered",
    [],
  );
  let stakes = 0n;
  const wrong: string[] = [];
  for (const { args } of registered) {
    const { stake, bound } = await operators.operatorOf(args.operator);
    const { amount } = await operators.exitOf(args.operator);
    stakes += stake;
    if (bound !== amount) wrong.push(`operator ${args.operator} has ${bound} wei bound, ${amount} exiting`);
  }
  let unpaid = 0n;
  for (const { claimId, claim, state } of claims) {
    if (state.phase === "faulted") unpaid += await leftOf(contracts, { claimId, n: claim.n });
  }
  const answersFor = await operators.totalHeld();
  const holds = (await token.getFunction("balanceOf")(deployment.operatorRegistry)) as bigint;
  if (holds !== answersFor) wrong.push(`the registry holds ${holds} wei and answers for ${answersFor}`);
  if (answersFor !== stakes + unpaid) {
    wrong.push(`the registry answers for ${answersFor} wei; stakes are ${stakes}, unpaid shares ${unpaid}`);
  }
  for (const [name, book] of Object.entries({ inquiry, court })) {
    const owed = await book.totalHeld();
    const balance = await provider.getBalance(await book.getAddress());
    if (owed !== balance) wrong.push(`${name} holds ${balance} wei and answers for ${owed}`);
  }
  return wrong;
}

/** Wei of a penalty that nobody has pulled or burned yet. */
async function leftOf(
  { operators }: Contracts,
  { claimId, n }: { claimId: string; n: number },
): Promise<bigint> {
  const [{ amount }, { burned, recordsPaid, beneficiaryPaid }] = await Promise.all([
    operators.penaltyOf(claimId),
    operators.settlementOf(claimId),
  ]);
  const { beneficiary, perRecord } = dividePenalty(asWei(amount), n);
  return amount - burned - (beneficiaryPaid ? beneficiary : 0n) - perRecord * recordsPaid;
}
