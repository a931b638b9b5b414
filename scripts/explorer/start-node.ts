import { hasAnvil, startAnvil } from "../../test/support/anvil.js";

/** A chain of its own with unlocked accounts, which makes a block of each transaction at once. */
export type LocalNode = {
  readonly url: string;
  readonly stop: () => Promise<void>;
  /** At once, when the process exits. */
  readonly kill: () => void;
};

/**
 * anvil where there is one, in a group of its own: a Ctrl-C reaches it when what uses it has ended. Elsewhere Hardhat's node,
 * in this process; it is slower.
 *
 * @param timestamp unix seconds of the first block
 */
export async function startNode(given: {
  readonly accounts: number;
  readonly timestamp: number;
  readonly say: (text: string) => void;
}): Promise<LocalNode> {
  const { accounts, timestamp, say } = given;
  if (hasAnvil && process.env["ONUS_NODE"] !== "hardhat")
    return startAnvil({ accounts, timestamp, detached: true });
  say("there is no anvil for this system: taking Hardhat's node, which takes longer");
  const { network } = await import("hardhat");
  const override = {
    ...{ accounts: { count: accounts }, initialDate: new Date(timestamp * 1_000).toISOString() },
    // A history of hundreds of blocks is listed in one answer.
    loggingEnabled: false,
  };
  const server = await network.createServer({ network: "hardhat", override }, "127.0.0.1", 0);
  const { address, port } = await server.listen();
  return { url: `http://${address}:${port}`, stop: () => server.close(), kill: () => undefined };
}
