import { toQuantity } from "ethers";
import type { ContractRunner, TransactionRequest } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

/**
 * Sends as an account of a network of Hardhat's, and comes back when the node has the transaction. Hardhat's own signer
 * goes on asking for it behind one's back, and ends the process when the line is cut.
 */
export const hardhatRunner = ({ ethers }: NetworkConnection): ContractRunner => ({
  provider: ethers.provider,
  sendTransaction: async (request: TransactionRequest) => {
    const { from, to, data, nonce, gasLimit, value, maxFeePerGas, maxPriorityFeePerGas } = request;
    const quantities = { gas: gasLimit, nonce, value, maxFeePerGas, maxPriorityFeePerGas };
    const encoded = Object.entries(quantities).map(([name, amount]) => [name, toQuantity(amount ?? 0)]);
    const fields = { from, ...(to && { to }), data, ...Object.fromEntries(encoded) };
    const hash = String(await ethers.provider.send("eth_sendTransaction", [fields]));
    return { hash } as Awaited<ReturnType<NonNullable<ContractRunner["sendTransaction"]>>>;
  },
});
