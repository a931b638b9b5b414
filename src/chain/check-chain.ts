import { Contract } from "ethers";
import type { Provider } from "ethers";

import { OnusError } from "../errors/onus-error.js";
import type { Address } from "../types/address.js";

/** Creation code that returns the leading zeros of zero: PUSH0 CLZ PUSH0 MSTORE PUSH1 32 PUSH0 RETURN. */
const CLZ_OF_ZERO = "0x5f1e5f5260205ff3";

/** Throws where the chain does not know the opcode that the referee needs. Costs nothing: the constructor asks again. */
export async function requireClz(provider: Provider, chainId: number): Promise<void> {
  let answer: string;
  try {
    answer = await provider.call({ data: CLZ_OF_ZERO });
  } catch (cause) {
    const message = tellAll(cause);
    if (!/opcode|notactivated|exception|revert/i.test(message)) throw cause;
    throw new OnusError("CLZ_MISSING", { chainId, answer: "it refuses the opcode" }, { cause });
  }
  if (answer !== "0x" && BigInt(answer) === 256n) return;
  throw new OnusError("CLZ_MISSING", { chainId, answer: `it counts ${answer} zeros in an empty word` });
}

/** Throws unless the stake token of a deployment-to-be is a contract that calls itself as expected. */
export async function requireToken(
  provider: Provider,
  token: { readonly chainId: number; readonly address: Address; readonly symbol: string },
): Promise<void> {
  const { chainId, address, symbol } = token;
  if ((await provider.getCode(address)) === "0x") {
    throw new OnusError("TOKEN_WITHOUT_CODE", { token: address, chainId });
  }
  const contract = new Contract(address, ["function symbol() view returns (string)"], provider);
  const actual = await contract
    .getFunction("symbol")()
    .then(String, (error: unknown) => {
      if (/CALL_EXCEPTION|BAD_DATA/.test((error as { code?: string }).code ?? "")) return "nothing";
      if (/revert/i.test((error as Error).message)) return "nothing";
      throw error;
    });
  if (actual !== symbol) throw new OnusError("TOKEN_SYMBOL", { token: address, actual, expected: symbol });
}

/** What an error and its causes say. */
function tellAll(error: unknown): string {
  const told: string[] = [];
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    told.push(inner.message, JSON.stringify((inner as { info?: unknown }).info ?? ""));
  return told.join("\n");
}
