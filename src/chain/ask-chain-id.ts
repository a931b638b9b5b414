import { FetchRequest, isError } from "ethers";

import { OnusError } from "../errors/onus-error.js";

/** Milliseconds for the first answer of a node. */
const FIRST_ANSWER = 10_000;

/**
 * The chain id that a node answers with. A request of its own: a provider that finds no node asks for ever, and talks about it.
 *
 * @param url its path is often a key, so errors do not repeat it
 * @param name what errors call the network
 */
export async function askChainId(url: string, name: string): Promise<number> {
  try {
    const request = new FetchRequest(url);
    request.timeout = FIRST_ANSWER;
    request.body = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
    const response = await request.send();
    response.assertOk();
    const { result } = response.bodyJson as { result?: unknown };
    if (typeof result !== "string") throw new TypeError("it answers something else than JSON-RPC");
    return Number(result);
  } catch (cause) {
    // Not as `cause`: it repeats the endpoint.
    throw new OnusError("NETWORK_UNREACHABLE", { name, reason: reasonOf(cause) });
  }
}

function reasonOf(cause: unknown): string {
  if (isError(cause, "TIMEOUT")) return `no answer within ${FIRST_ANSWER / 1_000} s`;
  if (isError(cause, "SERVER_ERROR")) return cause.response?.statusMessage ?? "it answers with an error";
  if (isError(cause, "UNSUPPORTED_OPERATION")) return "the endpoint is no http:// or https:// address";
  const { code, message } = cause as { code?: unknown; message: string };
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return code;
  return cause instanceof TypeError || cause instanceof SyntaxError ? message : "no connection";
}
