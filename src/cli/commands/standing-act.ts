import { requirePart } from "../../chain/contracts.js";
import { inBatches } from "../../chain/in-batches.js";
import { noteClaim, noteClaimCall } from "../../chain/note-claim.js";
import { planCalls } from "../../chain/plan-call.js";
import { readClaimState } from "../../chain/read-claims.js";
import { readModel } from "../../chain/read-model.js";
import { readStanding } from "../../chain/read-standing.js";
import type { Phase } from "../../dispute/dispute-view.js";
import { OnusError } from "../../errors/onus-error.js";
import { forgingCost } from "../../slash/forging-cost.js";
import { parseAddress } from "../../types/address.js";
import { parseBytes32 } from "../../types/bytes32.js";
import type { Bytes32 } from "../../types/bytes32.js";
import { asSeconds } from "../../types/seconds.js";
import { readNamedClaim } from "../claim-files.js";
import type { NamedClaim } from "../claim-files.js";
import type { Act } from "../does.js";
import { formatTime, table } from "../table.js";
import { feesOf, tellPlan } from "../transactions.js";
import type { Transaction } from "../transactions.js";
import { openForActing, openForReading } from "../where.js";
import type { Sending, Where } from "../options.js";

/** Wei × seconds in an ether × day. */
const ETHER_DAY = 10n ** 18n * 86_400n;
/** Days for which the stake to forge a standing is told. */
const TIMES = [7, 30, 90, 365] as const;

export const showStanding: Act<Where> = async ({ args, options }) => {
  const { contracts } = await openForReading(options);
  const [text] = args as [string];
  const isModel = /^0x[0-9a-fA-F]{64}$/.test(text);
  const of = isModel
    ? { modelId: parseBytes32(text, "<subject>") }
    : { operator: parseAddress(text, "<subject>") };
  if ("modelId" in of) await readModel(contracts, of.modelId);
  const [{ finalized, faulted }, parameters] = await Promise.all([
    readStanding(contracts, of),
    contracts.onus.parameters(),
  ]);
  const halfLife = asSeconds(parameters.halfLife);
  const { lockedFor, lockedForEver, cost } = forgingCost(etherDays(finalized), halfLife);
  const forging = {
    lockedFor: TIMES.map((days) => ({ days, ether: lockedFor(days) })),
    ...{ lockedForEver, costAtLeast: cost },
  };
  const stakes = TIMES.map((days) => `${figure(lockedFor(days))} ether for ${days} d`).join(", ");
  const value = { ...of, finalized, faulted, halfLife, forging };
  return {
    value,
    text: table([
      ["modelId" in of ? "model" : "operator", text],
      ["final", `${figure(etherDays(finalized))} ether days`],
      ["faulted", `${figure(etherDays(faulted))} ether days`],
      ["half-life", `${figure(Number(halfLife) / 86_400)} days`],
      ...(finalized === 0n
        ? []
        : ([
            ["to forge", `lock ${stakes} without a break`],
            ["to keep", `${figure(lockedForEver)} ether locked for ever`],
            ["costs", `${figure(cost)} ether at least, of a lock at 10 % a year`],
          ] as const)),
    ]),
  };
};

type Noted = { readonly claimId: Bytes32; readonly phase: Phase; readonly wasNoted: boolean };

export const note: Act<Sending> = async ({ args, options, reporter }) => {
  const { contracts } = await openForActing(options);
  requirePart(contracts, "standing");
  const named = new Map<Bytes32, NamedClaim & { readonly phase: Phase }>();
  for (const text of args) {
    const one = await readNamedClaim(contracts, text);
    const { phase, finalizableAt } = await readClaimState(contracts, one.id);
    if (phase !== "final" && phase !== "faulted")
      throw new OnusError("CLAIM_UNDECIDED", { claimId: one.id, phase, until: formatTime(finalizableAt) });
    named.set(one.id, { ...one, phase });
  }
  const fees = feesOf(options);
  if (options.dryRun) {
    const noted = await inBatches([...named.keys()], (id) => contracts.standing.isNoted(id));
    const open = [...named.values()].filter((_, at) => noted[at] === false);
    return tellPlan(
      await planCalls(
        contracts,
        open.map(({ claim }) => noteClaimCall(contracts, claim)),
        fees,
      ),
    );
  }
  const claims: Noted[] = [];
  const transactions: Transaction[] = [];
  for (const [claimId, { claim, phase }] of named) {
    const sent = await noteClaim(contracts, claim, fees);
    claims.push({ claimId, phase, wasNoted: sent === undefined });
    if (sent === undefined) continue;
    const { hash, gasUsed } = sent;
    reporter.say(`Standing.note: ${hash} (${gasUsed} gas)`);
    transactions.push({ call: "Standing.note", hash, gasUsed });
  }
  return {
    value: { claims, transactions },
    text: claims
      .map(({ claimId, phase, wasNoted }) => `${claimId}  ${phase}, ${wasNoted ? "noted before" : "noted"}`)
      .join("\n"),
  };
};

/** To look at: the exact sums are wei × seconds. */
const etherDays = (sum: bigint): number => Number(sum) / Number(ETHER_DAY);

/** Three figures. */
const figure = (value: number): string => value.toLocaleString("en", { maximumSignificantDigits: 3 });
