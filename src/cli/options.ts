import type { Command } from "commander";

/** Where a command acts, as commander hands it over. */
export type Where = {
  readonly network?: string;
  readonly rpc?: string;
  readonly deployment?: string;
};

/** The same, and who acts. */
export type Acting = Where & { readonly account?: string };

/** Options of a command that sends transactions. */
export type Sending = Acting & { readonly dryRun?: true; readonly tip?: string };

/** Networks by their names in .env.example, with their chain ids; a node of one's own may have any. */
export const NETWORKS: Readonly<Record<string, number | undefined>> = {
  anvil: undefined,
  sepolia: 11_155_111,
  baseSepolia: 84_532,
  opSepolia: 11_155_420,
  arbitrumSepolia: 421_614,
};

/** Options of every command that reads a chain. */
export const withWhere = (command: Command): Command =>
  command
    .option(
      "--network <name>",
      `${Object.keys(NETWORKS).join(", ")}, or NAME with NAME_RPC_URL in .env (default: anvil)`,
    )
    .option("--rpc <url>", "the node's endpoint, instead of the one that is set for the network")
    .option("--deployment <file>", "address file; default: deploy/deployments/chain-ID/addresses.json");

/** Options of every command that acts as somebody. Keys are read from settings, never from the command line. */
export const withAccount = (command: Command): Command =>
  withWhere(command).option(
    "--account <address>",
    "an account that the node holds unlocked, instead of a key",
  );

export const withSending = (command: Command): Command =>
  withAccount(command)
    .option(
      "--tip <amount>",
      "per gas, for whoever includes it; default: what the node suggests, at most the base fee",
    )
    .option("--dry-run", "say what would be sent, what it costs and what it puts at risk; send nothing");

/** How an argument names a claim. */
export const CLAIM = ["<claim>", "claim.json, or the id of a claim"] as const;

/** How an argument names a record: by its claim and its place in it, and where its claim is when that is elsewhere. */
export const RECORD_FORM = "CLAIM[:INDEX], or ID:INDEX@CHAIN:BOOK for one of another chain or claim book";

/** Of programs that read what strangers hand out. */
export const ALLOW_PRIVATE_ENDPOINTS = [
  "--allow-private-endpoints",
  "ask operators at addresses of this machine and its network too: for a chain of one's own",
] as const;
