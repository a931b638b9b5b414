import { expect } from "chai";
import { hexlify, toQuantity, Transaction, Wallet } from "ethers";
import type { TransactionLike } from "ethers";

import { encodeTransaction } from "../../../src/chain/encode-transaction.js";

const key = new Wallet(`0x${"17".repeat(32)}`);
const word = (byte: string): string => `0x${byte.repeat(32)}`;
const to = `0x${"ab".repeat(20)}`;
const accessList = [{ address: to, storageKeys: [word("01"), word("00")] }];
const fees = { maxPriorityFeePerGas: 0, maxFeePerGas: 10n ** 9n };
const common = { chainId: 31_337, nonce: 0, gasLimit: 21_000, to, value: 0, data: "0x00c0ffee" };
const authorization = key.authorizeSync({ address: to, chainId: 31_337, nonce: 3 });

/** What a node says of a signed transaction. */
function jsonOf(transaction: Transaction): Record<string, unknown> {
  const { type, nonce, gasLimit, value, data, chainId, signature } = transaction;
  const { r, s, yParity } = signature!;
  const authorizationList = transaction.authorizationList?.map((one) => ({
    ...{ chainId: toQuantity(one.chainId), nonce: toQuantity(one.nonce), address: one.address },
    ...{
      yParity: toQuantity(one.signature.yParity),
      r: toQuantity(one.signature.r),
      s: toQuantity(one.signature.s),
    },
  }));
  return {
    ...{
      type: toQuantity(type!),
      nonce: toQuantity(nonce),
      gas: toQuantity(gasLimit),
      value: toQuantity(value),
    },
    ...{ input: data, chainId: toQuantity(chainId), to: transaction.to, accessList: transaction.accessList },
    gasPrice: transaction.gasPrice === null ? undefined : toQuantity(transaction.gasPrice),
    maxFeePerGas: toQuantity(transaction.maxFeePerGas ?? 0),
    maxPriorityFeePerGas: toQuantity(transaction.maxPriorityFeePerGas ?? 0),
    maxFeePerBlobGas: toQuantity(transaction.maxFeePerBlobGas ?? 0),
    ...{ blobVersionedHashes: transaction.blobVersionedHashes, authorizationList },
    ...{
      r: toQuantity(r),
      s: toQuantity(s),
      v: toQuantity(type === 0 ? 2 * 31_337 + 35 + yParity : yParity),
    },
    ...(type !== 0 && { yParity: toQuantity(yParity) }),
  };
}

describe("chain: transactions as a trie holds them", () => {
  const cases: Readonly<Record<string, TransactionLike>> = {
    "type 0": { ...common, type: 0, gasPrice: 7 },
    "type 0, a creation": { ...common, type: 0, gasPrice: 7, to: null },
    "type 1": { ...common, type: 1, gasPrice: 7, accessList },
    "type 2": { ...common, ...fees, type: 2, accessList },
    "type 3": {
      ...{ ...common, ...fees, type: 3, accessList: [] },
      ...{ maxFeePerBlobGas: 9, blobVersionedHashes: [`0x01${"07".repeat(31)}`] },
    },
    "type 4": { ...common, ...fees, type: 4, accessList, authorizationList: [authorization] },
  };
  for (const [name, fields] of Object.entries(cases))
    it(`are made from the JSON of a node: ${name}`, () => {
      const signed = Transaction.from(fields);
      signed.signature = key.signingKey.sign(signed.unsignedHash);
      expect(hexlify(encodeTransaction(jsonOf(signed)) ?? "0x")).to.equal(signed.serialized);
    });

  it("of a type that is not known, or with a field missing, are not made", () => {
    expect(encodeTransaction({ type: "0x64" })).to.equal(undefined);
    expect(encodeTransaction({ type: "0x2", nonce: "0x0" })).to.equal(undefined);
  });
});
