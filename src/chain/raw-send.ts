import type { Provider } from "ethers";

/** A request that ethers has no name for, or would read otherwise; undefined where the provider takes none. */
export async function rawSend(provider: Provider, method: string, parameters: unknown[]): Promise<unknown> {
  const { send } = provider as { send?: (method: string, parameters: unknown[]) => Promise<unknown> };
  return send?.call(provider, method, parameters);
}
