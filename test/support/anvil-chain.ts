import { Wallet, toQuantity } from "ethers";
import type { JsonRpcProvider } from "ethers";

import { openChain } from "../../src/chain/open-account.js";
import { startAnvil } from "./anvil.js";

/** Keys of anvil's first accounts; worth nothing anywhere else. */
const KEYS = [
  "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
  "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
] as const;

/** A chain of a test's own whose blocks, prices and reorgs the test makes. */
export type AnvilChain = {
  readonly url: string;
  readonly provider: JsonRpcProvider;
  readonly wallet: (index: number) => Wallet;
  /** Whether every transaction makes a block at once, as it does at first. */
  readonly automine: (on: boolean) => Promise<void>;
  readonly mine: (blocks?: number) => Promise<void>;
  /** Replaces the newest blocks by as many empty ones. */
  readonly reorg: (depth: number) => Promise<void>;
  readonly nextBaseFee: (wei: bigint) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export async function startAnvilChain(): Promise<AnvilChain> {
  const anvil = await startAnvil();
  const { provider } = await openChain({ url: anvil.url, name: "anvil" });
  const send = async (method: string, ...parameters: unknown[]): Promise<void> => {
    await provider.send(method, parameters);
  };
  return {
    url: anvil.url,
    provider,
    wallet: (index) => new Wallet(KEYS[index] as string, provider),
    automine: (on) => send("evm_setAutomine", on),
    mine: (blocks = 1) => send("anvil_mine", toQuantity(blocks)),
    reorg: (depth) => send("anvil_reorg", depth, []),
    nextBaseFee: (wei) => send("anvil_setNextBlockBaseFeePerGas", toQuantity(wei)),
    stop: async () => {
      provider.destroy();
      await anvil.stop();
    },
  };
}
