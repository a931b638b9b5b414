import { AbstractSigner, Network } from "ethers";
import type { Provider, TransactionReceiptParams, TransactionRequest, TransactionResponse } from "ethers";

import type { Address } from "../../src/types/address.js";
import type { Call, Chain, Receipt } from "./chain.js";

/** Below what src/chain/transact.ts makes the cap of. */
const ESTIMATE = 13_400_000n;

/** Sends what the code of src/chain wants sent, at the trial's second and price, without a key and without waiting. */
export class Account extends AbstractSigner<Provider> {
  readonly address: Address;
  private readonly chain: Chain;
  private readonly sent: Map<string, TransactionReceiptParams>;

  constructor(chain: Chain, address: Address) {
    const sent = new Map<string, TransactionReceiptParams>();
    super(providerOf(chain, sent));
    this.chain = chain;
    this.address = address;
    this.sent = sent;
  }

  getAddress(): Promise<string> {
    return Promise.resolve(this.address);
  }

  override estimateGas(): Promise<bigint> {
    return Promise.resolve(ESTIMATE);
  }

  override async sendTransaction(transaction: TransactionRequest): Promise<TransactionResponse> {
    const call = this.callOf(transaction);
    const tip = BigInt(transaction.maxPriorityFeePerGas ?? 0n);
    const receipt = await this.chain.send(call, tip);
    this.sent.set(receipt.hash, receiptParams(receipt, call));
    return { ...call, hash: receipt.hash } as unknown as TransactionResponse;
  }

  connect(): Account {
    return this;
  }

  signTransaction(): Promise<string> {
    return keyless();
  }

  signMessage(): Promise<string> {
    return keyless();
  }

  signTypedData(): Promise<string> {
    return keyless();
  }

  private callOf({ to, data, value }: TransactionRequest): Call {
    return {
      from: this.address,
      data: data ?? "0x",
      value: BigInt(value ?? 0n),
      ...(typeof to === "string" ? { to } : {}),
    };
  }
}

/** As ethers throws it. */
const refusal = (data: string): Error =>
  Object.assign(new Error("refused"), { code: "CALL_EXCEPTION", data });

const keyless = (): Promise<string> => Promise.reject(new Error("accounts of the trial have no keys"));

/** Answers what src/chain and contracts of ethers ask beside sending. */
function providerOf(chain: Chain, sent: Map<string, TransactionReceiptParams>): Provider {
  const provider = {
    getNetwork: () => Promise.resolve(Network.from(31337)),
    getBlock: () => Promise.resolve({ baseFeePerGas: chain.baseFee }),
    // Whoever is first in a block is first without a tip.
    getFeeData: () => Promise.resolve({ maxPriorityFeePerGas: 0n }),
    getBalance: (account: string) => chain.balanceOf(account),
    call: async ({ to, data, from, value, blockTag }: TransactionRequest) => {
      const call = { to: to as string, data: data ?? "0x" };
      // Only what was sent and refused is called again on top of its block.
      if (blockTag === undefined) return chain.read(call.to, call.data);
      throw refusal(await chain.call({ ...call, from: from as Address, value: BigInt(value ?? 0n) }));
    },
    getTransactionReceipt: (hash: string) => {
      const receipt = sent.get(hash) ?? null;
      // Asked for once.
      sent.delete(hash);
      return Promise.resolve(receipt);
    },
    resolveName: (name: string) => Promise.resolve(name),
  };
  return Object.assign(provider, { provider }) as unknown as Provider;
}

function receiptParams(
  { hash, gasUsed, price, logs, succeeded }: Receipt,
  { from, to }: Call,
): TransactionReceiptParams {
  const place = {
    transactionHash: hash,
    blockHash: hash,
    blockNumber: 1,
    transactionIndex: 0,
    removed: false,
  };
  return {
    ...{ to: to ?? null, from, contractAddress: null, hash, index: 0, blockHash: hash, blockNumber: 1 },
    ...{ logsBloom: "0x", gasUsed, cumulativeGasUsed: gasUsed, gasPrice: price, effectiveGasPrice: price },
    ...{ type: 2, status: succeeded ? 1 : 0, root: null },
    logs: logs.map((log, index) => ({ ...log, ...place, index })),
  };
}
