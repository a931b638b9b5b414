import type { ReceiptChainFacts } from "../../chain/verify-receipt.js";
import { readReceiptFacts, verifyReceipt } from "../../chain/verify-receipt.js";
import type { ReceiptFacts, ReceiptVerdict } from "../../claim/check-receipt.js";
import type { SignedReceipt } from "../../claim/receipt.js";
import { OnusError } from "../../errors/onus-error.js";
import { readText } from "../../store/read-file.js";
import { decodeReceiptFile } from "../../store/receipt-file.js";
import { parseAddress } from "../../types/address.js";
import { parseBytes32 } from "../../types/bytes32.js";
import { asSeconds, parseSeconds } from "../../types/seconds.js";
import { formatWei } from "../../types/wei.js";
import type { Act } from "../does.js";
import { formatTime, table } from "../table.js";
import { openForReading } from "../where.js";
import type { Where } from "../options.js";

type Options = Where & {
  readonly operator?: string;
  readonly model?: string;
  readonly requester?: string;
  readonly inputRoot?: string;
  readonly outputRoot?: string;
  readonly askedAt?: string;
};

/** A receipt that fails is an error; one of which something is not known is not, and says so. */
export const verify: Act<Options> = async ({ args, options }) => {
  const signed = decodeReceiptFile(readText(args[0] as string));
  const about = subjectOf(options);
  const isOnline =
    options.network !== undefined || options.rpc !== undefined || options.deployment !== undefined;
  const facts: ReceiptFacts | ReceiptChainFacts = isOnline
    ? await readReceiptFacts((await openForReading(options)).contracts, signed)
    : { now: asSeconds(BigInt(Math.floor(Date.now() / 1_000))) };
  const { askedAt } = options;
  const verdict = verifyReceipt(signed, {
    ...facts,
    ...(about && { about }),
    ...(askedAt !== undefined && { askedAt: parseSeconds(askedAt, "--asked-at") }),
  });
  if (verdict.outcome === "fails") {
    const because = verdict.checks.filter(({ outcome }) => outcome === "fails").map((check) => check.because);
    throw new OnusError("RECEIPT_WORTHLESS", { receiptHash: verdict.receiptHash, because });
  }
  const chain = "backing" in facts ? { backing: facts.backing, stage: facts.stage } : {};
  const value = { ...verdict, receipt: signed.receipt, ...chain };
  return { value, text: describe(signed, verdict, chain) };
};

function subjectOf(options: Options): ReceiptFacts["about"] {
  const { operator, model, requester, inputRoot, outputRoot } = options;
  const about = {
    ...(operator !== undefined && { operator: parseAddress(operator, "--operator") }),
    ...(model !== undefined && { modelId: parseBytes32(model, "--model") }),
    ...(requester !== undefined && { requester: parseAddress(requester, "--requester") }),
    ...(inputRoot !== undefined && { inputRoot: parseBytes32(inputRoot, "--input-root") }),
    ...(outputRoot !== undefined && { outputRoot: parseBytes32(outputRoot, "--output-root") }),
  };
  return Object.keys(about).length === 0 ? undefined : about;
}

const OUTCOMES = { holds: "yes", fails: "NO", unknown: "not known" } as const;

function describe(
  { receipt }: SignedReceipt,
  { receiptHash, outcome, checks, presentableUntil }: ReceiptVerdict,
  { backing, stage }: Partial<Pick<ReceiptChainFacts, "backing" | "stage">>,
): string {
  const { operator, modelId, record, issuedAt, inclusionDeadline } = receipt;
  const lines = table([
    ["receipt", receiptHash],
    ["operator", operator],
    ["model", modelId],
    ["output", record.outputRoot],
    ["issued", formatTime(issuedAt)],
    ["in a claim by", formatTime(inclusionDeadline)],
    ...(presentableUntil === undefined ? [] : [["counts until", formatTime(presentableUntil)] as const]),
    ...(stage === undefined ? [] : [["in court", stage] as const]),
    ...(backing === undefined
      ? []
      : [["behind it", `${formatWei(backing)} of stake that backs no claim`] as const]),
    ...checks.map(({ check, outcome: found, because }) => [check, `${OUTCOMES[found]}: ${because}`] as const),
  ]);
  const verdict =
    outcome === "holds"
      ? "It holds: the court would take it."
      : "What could be checked holds. What is not known, a node knows: name one with --network or --rpc.";
  return `${lines}\n${verdict}`;
}
