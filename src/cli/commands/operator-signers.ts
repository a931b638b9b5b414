import { addSignerCall, revokeSignerCall, signerConsent } from "../../chain/operator-calls.js";
import { OnusError } from "../../errors/onus-error.js";
import { parseAddress } from "../../types/address.js";
import type { Act } from "../does.js";
import { sendOrPlan } from "../transactions.js";
import { openForActing } from "../where.js";
import type { Acting, Sending } from "../options.js";

/** The signature with which the account agrees to serve an operator. */
export const consent: Act<Acting> = async ({ args, options }) => {
  const { contracts, signer, address } = await openForActing(options);
  const operator = parseAddress(args[0] as string, "<operator>");
  const { domain, types, message } = signerConsent(contracts, operator);
  const signature = await signer.signTypedData(domain, types, message);
  return { value: { operator, signer: address, consent: signature }, text: signature };
};

export const addSigner: Act<Sending & { consent: string }> = async ({ args, options, reporter }) => {
  const { contracts, address } = await openForActing(options);
  const signer = parseAddress(args[0] as string, "<signer>");
  if (!/^0x([0-9a-fA-F]{2})+$/.test(options.consent)) {
    const expected = "the signature that `onus operator consent` prints";
    throw new OnusError("MALFORMED_VALUE", { name: "--consent", expected, found: options.consent });
  }
  const call = addSignerCall(contracts, { address: signer, consent: options.consent });
  return sendOrPlan({ contracts, calls: [call], options, reporter }, (transactions) => ({
    value: { operator: address, signer, transactions },
    text: `${signer} signs for operator ${address}`,
  }));
};

export const revokeSigner: Act<Sending> = async ({ args, options, reporter }) => {
  const { contracts, address } = await openForActing(options);
  const signer = parseAddress(args[0] as string, "<signer>");
  const call = revokeSignerCall(contracts, signer);
  return sendOrPlan({ contracts, calls: [call], options, reporter }, (transactions) => ({
    value: { operator: address, signer, transactions },
    text: `${signer} signs for operator ${address} no more; its receipts count until the key notice is over`,
  }));
};
