import { pushTaintCall } from "../../chain/lineage-calls.js";
import { readClaimState } from "../../chain/read-claims.js";
import { readTaint } from "../../chain/read-lineage.js";
import { readPushes } from "../../chain/read-pushes.js";
import { OnusError } from "../../errors/onus-error.js";
import { parseCount } from "../../types/count.js";
import { readNamedClaim } from "../claim-files.js";
import type { Act } from "../does.js";
import { sendOrPlan } from "../transactions.js";
import { openForActing } from "../where.js";
import type { Sending } from "../options.js";
import { readLimits } from "./lineage-show.js";
import type { Limits } from "./lineage-show.js";

/** Edges come from the chain's events, so this needs no index and nobody's permission. What was pushed already is skipped. */
export const push: Act<Sending & Limits> = async ({ args, options, reporter }) => {
  const { contracts } = await openForActing(options);
  const { id: claimId, claim } = await readNamedClaim(contracts, args[0] as string);
  const { phase } = await readClaimState(contracts, claimId);
  const named = args[1] === undefined ? undefined : parseCount(args[1], "[record]");
  const recordIndex = named ?? (phase !== "faulted" && claim.n === 1 ? 0 : undefined);
  const isTainted =
    recordIndex !== undefined &&
    (await readTaint(contracts, { claimId, recordIndex })).stated.status === "tainted";
  if (phase !== "faulted" && !isTainted) throw new OnusError("NOT_TAINTED", { claimId, phase });
  const root = { claimId, ...(recordIndex !== undefined && { recordIndex }) };
  const { pushes, descendants, isCut } = await readPushes(contracts, root, readLimits(options));
  reporter.say(`${descendants.length} known descendants, ${pushes.length} pushes to make`);
  const calls = pushes.map((edge) => pushTaintCall(contracts, edge));
  return sendOrPlan({ contracts, calls, options, reporter }, (transactions) => ({
    value: { claimId, descendants, pushes, isCut, transactions },
    text: [
      descendants.length === 0
        ? "the chain was shown nothing that was made from it"
        : `all ${descendants.length} known descendants are tainted`,
      ...(isCut ? ["there may be more: name larger limits with --most and --depth"] : []),
    ].join("\n"),
  }));
};
