import type { Contracts } from "../../chain/contracts.js";
import { listClaims, readClaimState } from "../../chain/read-claims.js";
import type { ClaimState, ListedClaim } from "../../chain/read-claims.js";
import type { Claim } from "../../claim/claim.js";
import type { Phase } from "../../dispute/dispute-view.js";
import { dividePenalty } from "../../slash/divide-penalty.js";
import { parseAddress } from "../../types/address.js";
import type { Bytes32 } from "../../types/bytes32.js";
import { parseBytes32 } from "../../types/bytes32.js";
import { parseCount } from "../../types/count.js";
import { asWei, formatWei } from "../../types/wei.js";
import { readNamedClaim } from "../claim-files.js";
import type { Act } from "../does.js";
import { formatTime, table } from "../table.js";
import { openForReading } from "../where.js";
import type { Where } from "../options.js";

export const showClaim: Act<Where> = async ({ args, options }) => {
  const { contracts } = await openForReading(options);
  const { claim, id } = await readNamedClaim(contracts, args[0] as string);
  const state = await readClaimState(contracts, id);
  const perRecord = asWei(claim.liability / BigInt(claim.n));
  const penalty = state.phase === "faulted" ? await readPenalty(contracts, id, claim) : undefined;
  const value = { claimId: id, claim, ...state, liabilityPerRecord: perRecord, ...(penalty && { penalty }) };
  return { value, text: describeClaim(id, claim, state, penalty) };
};

type ListOptions = Where & {
  readonly operator?: string;
  readonly model?: string;
  readonly phase?: Phase;
  readonly most: string;
  readonly fromBlock?: string;
  readonly blockRange?: string;
};

export const listNamedClaims: Act<ListOptions> = async ({ options }) => {
  const { contracts } = await openForReading(options);
  const { operator, model, phase, most, fromBlock, blockRange } = options;
  const listed = await listClaims(contracts, {
    most: parseCount(most, "--most"),
    ...(operator === undefined ? {} : { operator: parseAddress(operator, "--operator") }),
    ...(model === undefined ? {} : { modelId: parseBytes32(model, "--model") }),
    ...(phase === undefined ? {} : { phase }),
    ...(fromBlock === undefined ? {} : { fromBlock: parseCount(fromBlock, "--from-block") }),
    ...(blockRange === undefined ? {} : { blockRange: parseCount(blockRange, "--block-range") }),
  });
  const text = listed.length === 0 ? "there are none" : listed.map(describeListed).join("\n");
  return { value: listed, text };
};

async function readPenalty({ operators }: Contracts, id: Bytes32, { n }: Claim) {
  const [penalty, settlement] = await Promise.all([operators.penaltyOf(id), operators.settlementOf(id)]);
  const amount = asWei(penalty.amount);
  const { beneficiary, perRecord, burned } = dividePenalty(amount, n);
  return {
    amount,
    beneficiary: parseAddress(penalty.beneficiary),
    beneficiaryShare: beneficiary,
    isBeneficiaryPaid: settlement.beneficiaryPaid,
    recordShare: perRecord,
    recordsPaid: Number(settlement.recordsPaid),
    burnedShare: burned,
    burned: asWei(settlement.burned),
  };
}

function describeClaim(
  id: Bytes32,
  claim: Claim,
  state: ClaimState,
  penalty: Awaited<ReturnType<typeof readPenalty>> | undefined,
): string {
  const { n, liability } = claim;
  return table([
    ["claim", id],
    ["phase", `${state.phase}${state.openSessions > 0 ? `, ${state.openSessions} sessions open` : ""}`],
    ["operator", claim.operator],
    ["model", claim.modelId],
    ["records", `${n}, root ${claim.recordsRoot}`],
    ["liability", `${formatWei(liability)}, ${formatWei(liability / BigInt(n))} a record`],
    ["submitted", formatTime(state.submittedAt)],
    ["window ends", formatTime(state.submittedAt + claim.window)],
    ["final from", `${formatTime(state.finalizableAt)} on, if nobody convicts it`],
    ...(state.decidedAt === 0n ? [] : [["decided", formatTime(state.decidedAt)] as const]),
    ...(penalty === undefined
      ? []
      : ([
          [
            "beneficiary",
            `${penalty.beneficiary}: ${formatWei(penalty.beneficiaryShare)}${penalty.isBeneficiaryPaid ? ", pulled" : ""}`,
          ],
          ["per record", `${formatWei(penalty.recordShare)}, ${penalty.recordsPaid} of ${n} pulled`],
          ["burned", `${formatWei(penalty.burned)} of ${formatWei(penalty.burnedShare)} so far`],
        ] as const)),
  ]);
}

const describeListed = ({ claimId, claim, phase, finalizableAt }: ListedClaim): string =>
  `${claimId}  ${phase.padEnd(9)}  ${claim.operator}  ${formatWei(claim.liability)}  ${claim.n} records  final from ${formatTime(finalizableAt)}`;
