import { parseAddress } from "../../src/types/address.js";

/** Accounts for receipts that meet no chain. */
export const ADDRESSES = {
  operator: parseAddress(`0x${"a1".repeat(20)}`),
  signer: parseAddress(`0x${"b2".repeat(20)}`),
  court: parseAddress(`0x${"c3".repeat(20)}`),
  requester: parseAddress(`0x${"d4".repeat(20)}`),
};
