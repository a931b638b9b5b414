/** Packed vectors and chains for the harness contracts, and calls that carry megabytes. */
import { AbiCoder, Interface } from "ethers";

import { anyArgument, anyFloat, anyInteger, partner, type Random } from "./float-vectors.js";
import type { Operation } from "./plain-arithmetic.js";

export type Send = (method: string, params: unknown[]) => Promise<unknown>;

/** Gas for a call that is as long as we like; the simulated network must be told so (see `CALL_NETWORK`). */
export const CALL_GAS = 60_000_000_000n;

/** Overrides under which one `eth_call` may carry a whole batch. */
export const CALL_NETWORK = {
  blockGasLimit: CALL_GAS,
  transactionGasCap: false,
  allowUnlimitedContractSize: true,
} as const;

export interface Harness {
  readonly address: string;
  readonly abi: Interface;
  readonly send: Send;
}

/** Deploys a contract by bytecode and returns what calls need. */
export async function deployHarness(
  send: Send,
  artifact: { readonly abi: readonly unknown[]; readonly bytecode: string },
): Promise<Harness> {
  const [from] = (await send("eth_accounts", [])) as string[];
  const hash = await send("eth_sendTransaction", [{ from, data: artifact.bytecode, gas: "0xf00000" }]);
  for (;;) {
    const receipt = (await send("eth_getTransactionReceipt", [hash])) as { contractAddress: string } | null;
    if (receipt !== null) {
      return { address: receipt.contractAddress, abi: new Interface(artifact.abi as never), send };
    }
  }
}

/** @returns the decoded results of one call; `bytes` arguments may be Buffers. */
export async function call(
  harness: Harness,
  name: string,
  parameters: readonly unknown[],
): Promise<readonly unknown[]> {
  const fragment = harness.abi.getFunction(name)!;
  const data = fragment.selector + encode(fragment.inputs.map((input) => input.type), parameters); // prettier-ignore
  const result = await harness.send("eth_call", [
    { to: harness.address, data, gas: `0x${CALL_GAS.toString(16)}` },
    "latest",
  ]);
  return harness.abi.decodeFunctionResult(fragment, result as string).toArray();
}

/** ABI encoding for words and at most one trailing `bytes`, without walking the megabytes byte by byte. */
function encode(types: readonly string[], parameters: readonly unknown[]): string {
  const last = parameters.at(-1);
  if (!Buffer.isBuffer(last)) return AbiCoder.defaultAbiCoder().encode(types, parameters).slice(2);
  const head = AbiCoder.defaultAbiCoder().encode(
    [...types.slice(0, -1), "uint256", "uint256"],
    [...parameters.slice(0, -1), 32 * types.length, last.length],
  );
  return head.slice(2) + last.toString("hex") + "00".repeat((32 - (last.length % 32)) % 32);
}

/** @returns `count` packed vectors a, b, expected for an operation. */
export function packVectors(operation: Operation, random: Random, count: number): Buffer {
  const packed = Buffer.alloc(12 * count);
  for (let i = 0; i < count; i++) {
    let a: number;
    let b: number;
    if (operation.operands === "integer") {
      a = anyInteger(random);
      b = anyInteger(random);
    } else if (operation.number >= 64) {
      a = anyArgument(random);
      b = 0;
    } else {
      a = anyFloat(random);
      b = partner(random, a);
      if (random.below(2) === 1) [a, b] = [b, a];
    }
    packed.writeUInt32BE(a, 12 * i);
    packed.writeUInt32BE(b, 12 * i + 4);
    packed.writeUInt32BE(operation.expected(a, b), 12 * i + 8);
  }
  return packed;
}

export interface Chain {
  readonly start: number;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** @returns a run as little-endian bytes. */
export function packRun(values: readonly number[]): Buffer {
  const packed = Buffer.alloc(4 * values.length);
  values.forEach((bits, i) => packed.writeUInt32LE(bits, 4 * i));
  return packed;
}

/** @returns a chain as `RunHarness.check` reads it. */
export function packChain(chain: Chain, expected: number): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(chain.a.length, 0);
  head.writeUInt32BE(chain.start, 4);
  head.writeUInt32BE(expected, 8);
  return Buffer.concat([head, packRun(chain.a), packRun(chain.b)]);
}
