import { readOperator } from "../../chain/read-operator.js";
import type { OperatorView } from "../../chain/read-operator.js";
import { parseAddress } from "../../types/address.js";
import { formatWei } from "../../types/wei.js";
import type { Act } from "../does.js";
import { formatTime, table } from "../table.js";
import { openForActing, openForReading } from "../where.js";
import type { Acting } from "../options.js";

export const showOperator: Act<Acting> = async ({ args, options }) => {
  const [named] = args;
  if (named === undefined) {
    const { contracts, address } = await openForActing(options);
    const view = await readOperator(contracts, address);
    return { value: view, text: describeOperator(view) };
  }
  const { contracts } = await openForReading(options);
  const view = await readOperator(contracts, parseAddress(named, "[operator]"));
  return { value: view, text: describeOperator(view) };
};

function describeOperator(view: OperatorView): string {
  const { exiting, exitReadyAt, signers } = view;
  const leaving = exiting === 0n ? "" : `, may leave from ${formatTime(exitReadyAt)} on`;
  return table([
    ["operator", `${view.operator} (${view.status})`],
    ["registered", formatTime(view.registeredAt)],
    ["endpoint", view.endpoint === "" ? "none is named" : view.endpoint],
    ["stake", formatWei(view.stake)],
    ["locked", `${formatWei(view.locked)} behind undecided claims`],
    ["exiting", `${formatWei(exiting)}${leaving}`],
    ["free", formatWei(view.free)],
    ["open sessions", String(view.openSessions)],
    ["to withdraw", `${formatWei(view.credit)} from sessions`],
    ...signers.map(({ signer, activeFrom, revokedAt }): [string, string] => [
      "signer",
      revokedAt === 0n
        ? `${signer}, since ${formatTime(activeFrom)}`
        : `${signer}, revoked ${formatTime(revokedAt)}`,
    ]),
  ]);
}
