import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import type { Address } from "../../src/types/address.js";

/** EIP-7825. */
const TRANSACTION_GAS = 16_777_216n;

export type Call = {
  readonly from: Address;
  /** Undefined creates a contract. */
  readonly to?: string;
  readonly data: string;
  /** Wei. */
  readonly value?: bigint;
  /** The cap of one transaction, unless said otherwise. */
  readonly gas?: bigint;
};

export type ChainLog = {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
};

/** A transaction that is in a block; a refused one is in it too, and costs its gas. */
export type Receipt = {
  readonly hash: string;
  readonly succeeded: boolean;
  readonly gasUsed: bigint;
  /** Wei per gas. */
  readonly price: bigint;
  /** Unix seconds. */
  readonly second: number;
  readonly logs: readonly ChainLog[];
  readonly created?: string;
};

type RawReceipt = {
  readonly status: string;
  readonly gasUsed: string;
  readonly effectiveGasPrice: string;
  readonly logs: readonly ChainLog[];
  readonly contractAddress: string | null;
};

/**
 * A chain in this process whose second and base fee are what they are set to. Every transaction is a block of its own;
 * blocks of one second are what would be one block elsewhere, in an order of our choice.
 */
export class Chain {
  readonly connection: NetworkConnection;
  /** Unix seconds of the next transaction; never before the last one's. */
  second = 0;
  /** Wei per gas of the next transaction. */
  baseFee = 10n ** 9n;
  /** Transactions so far that were not refused. */
  changes = 0;
  /** All transactions so far. */
  sent = 0;
  /** What the next transactions are, for whoever listens. */
  label = "";
  /** Told of every transaction. */
  onReceipt: ((receipt: Receipt, call: Call) => void) | undefined;
  private snapshot: unknown;
  private readonly known = new Set<string>();

  private constructor(connection: NetworkConnection) {
    this.connection = connection;
  }

  static async create(): Promise<Chain> {
    const connection = await network.create({
      network: "hardhat",
      override: {
        allowBlocksWithSameTimestamp: true,
        // What is refused is told apart by its receipt: explaining it takes longer than a hundred transactions.
        throwOnTransactionFailures: false,
        throwOnCallFailures: false,
      },
    });
    const chain = new Chain(connection);
    chain.second = await chain.lastSecond();
    return chain;
  }

  request<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    return this.connection.provider.request({ method, params: [...params] }) as Promise<T>;
  }

  /** Sends one transaction, whoever its sender is, at `second` and `baseFee`. Does not throw when it is refused. */
  async send(sent: Call, tip = 0n): Promise<Receipt> {
    const { from, to, data, value = 0n, gas = TRANSACTION_GAS } = sent;
    await this.know(from);
    await this.request("evm_setNextBlockTimestamp", hex(this.second));
    await this.request("hardhat_setNextBlockBaseFeePerGas", hex(this.baseFee));
    const price = { maxFeePerGas: hex(this.baseFee + tip), maxPriorityFeePerGas: hex(tip) };
    const call = {
      from,
      data,
      value: hex(value),
      gas: hex(gas),
      ...price,
      ...(to === undefined ? {} : { to }),
    };
    const hash = await this.request<string>("eth_sendTransaction", call);
    const raw = await this.request<RawReceipt>("eth_getTransactionReceipt", hash);
    const receipt: Receipt = {
      hash,
      succeeded: raw.status === "0x1",
      gasUsed: BigInt(raw.gasUsed),
      price: BigInt(raw.effectiveGasPrice),
      second: this.second,
      logs: raw.logs,
      ...(raw.contractAddress === null ? {} : { created: raw.contractAddress }),
    };
    this.sent++;
    if (receipt.succeeded) this.changes++;
    this.onReceipt?.(receipt, sent);
    return receipt;
  }

  /** What a contract says of itself. */
  read(to: string, data: string): Promise<string> {
    return this.request("eth_call", { to, data }, "latest");
  }

  /** What a call would return at `second`: its answer, or the data of its refusal. */
  async call({ from, to, data, value = 0n, gas = TRANSACTION_GAS }: Partial<Call>): Promise<string> {
    await this.request("evm_setNextBlockTimestamp", hex(this.second));
    const sender = from === undefined ? {} : { from };
    return this.request("eth_call", { ...sender, to, data, value: hex(value), gas: hex(gas) }, "pending");
  }

  async balanceOf(account: string): Promise<bigint> {
    return BigInt(await this.request<string>("eth_getBalance", account, "latest"));
  }

  async setBalance(account: string, wei: bigint): Promise<void> {
    await this.request("hardhat_setBalance", account, hex(wei));
  }

  /** Everything as it is now is what `restore` comes back to. */
  async keep(): Promise<void> {
    this.snapshot = await this.request("evm_snapshot");
  }

  async restore(): Promise<void> {
    await this.request("evm_revert", this.snapshot);
    await this.keep();
    this.second = await this.lastSecond();
  }

  /** Gives back what the chain holds, in memory that no garbage collector sees. */
  close(): Promise<void> {
    return this.connection.close();
  }

  private async lastSecond(): Promise<number> {
    const { timestamp } = await this.request<{ timestamp: string }>("eth_getBlockByNumber", "latest", false);
    return Number(timestamp);
  }

  /** No key of an account is needed here. */
  private async know(account: string): Promise<void> {
    if (this.known.has(account)) return;
    await this.request("hardhat_impersonateAccount", account);
    this.known.add(account);
  }
}

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
