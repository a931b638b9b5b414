import { burnCall, finalizeCall, pullBeneficiaryShareCall, pullShareCall } from "../../chain/claim-calls.js";
import type { Contracts } from "../../chain/contracts.js";
import { inBatches } from "../../chain/in-batches.js";
import type { Call } from "../../chain/move-call.js";
import { readClaimState } from "../../chain/read-claims.js";
import { commitRecords } from "../../claim/record-list.js";
import type { Address } from "../../types/address.js";
import { readNamedClaim } from "../claim-files.js";
import type { NamedClaim } from "../claim-files.js";
import type { Act } from "../does.js";
import { sendOrPlan } from "../transactions.js";
import { openForActing } from "../where.js";
import type { Sending } from "../options.js";

export const finalize: Act<Sending> = async ({ args, options, reporter }) => {
  const { contracts } = await openForActing(options);
  const { claim, id } = await readNamedClaim(contracts, args[0] as string);
  await readClaimState(contracts, id);
  const calls = [finalizeCall(contracts, claim)];
  return sendOrPlan({ contracts, calls, options, reporter }, (transactions) => ({
    value: { claimId: id, transactions },
    text: `claim ${id} is final`,
  }));
};

export const pull: Act<Sending & { all?: true }> = async ({ args, options, reporter }) => {
  const { contracts, address } = await openForActing(options);
  const named = await readNamedClaim(contracts, args[0] as string);
  await readClaimState(contracts, named.id);
  const calls = await shareCalls(contracts, named, options.all ? undefined : address);
  return sendOrPlan({ contracts, calls, options, reporter }, (transactions) => ({
    value: { claimId: named.id, transactions },
    text:
      calls.length === 0
        ? "there is no share to pull"
        : `${calls.length} shares of claim ${named.id} are sent`,
  }));
};

export const burn: Act<Sending> = async ({ args, options, reporter }) => {
  const { contracts } = await openForActing(options);
  const { claim, id } = await readNamedClaim(contracts, args[0] as string);
  const calls = [burnCall(contracts, claim)];
  return sendOrPlan({ contracts, calls, options, reporter }, (transactions) => ({
    value: { claimId: id, transactions },
    text: `the burned part of claim ${id} is burned`,
  }));
};

/** Shares that were not pulled yet: those of one account, or everybody's. Records are known from a claim file alone. */
async function shareCalls(
  contracts: Contracts,
  { claim, id, file }: NamedClaim,
  of: Address | undefined,
): Promise<Call[]> {
  const { operators } = contracts;
  const [penalty, settlement] = await Promise.all([operators.penaltyOf(id), operators.settlementOf(id)]);
  const calls: Call[] = [];
  if (
    penalty.amount > 0n &&
    !settlement.beneficiaryPaid &&
    (of === undefined || penalty.beneficiary === of)
  ) {
    calls.push(pullBeneficiaryShareCall(contracts, claim));
  }
  if (file === undefined || penalty.amount === 0n) return calls;
  const records = commitRecords(file.records);
  const wanted = [...file.records.entries()].filter(
    ([, { requester }]) => of === undefined || requester === of,
  );
  const pulled = await inBatches(wanted, ([index]) => operators.isSharePulled(id, index));
  for (const [at, [index]] of wanted.entries()) {
    if (!pulled[at]) calls.push(pullShareCall(contracts, claim, { records, index }));
  }
  return calls;
}
