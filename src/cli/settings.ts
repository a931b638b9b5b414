import { readFileSync } from "node:fs";
import { env } from "node:process";

import { parse } from "dotenv";

/** A setting of the environment, or of .env in the working directory; what is set to nothing is not set. */
export function setting(name: string): string | undefined {
  return env[name] || fromFile()[name] || undefined;
}

function fromFile(): Readonly<Record<string, string>> {
  try {
    return parse(readFileSync(".env"));
  } catch {
    return {};
  }
}

/** "baseSepolia", "PRIVATE_KEY" → "BASE_SEPOLIA_PRIVATE_KEY", as .env.example has it. */
export function settingName(network: string, what: "RPC_URL" | "PRIVATE_KEY"): string {
  return `${network.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+/g, "_").toUpperCase()}_${what}`;
}

/**
 * A setting that Hardhat's keystore holds, where Hardhat is installed: its plugin asks for the password. Undefined where
 * there is no Hardhat, no keystore, or no such name in it.
 */
export async function keystoreSetting(name: string): Promise<string | undefined> {
  let hardhat;
  try {
    hardhat = await loadHardhat();
  } catch {
    return undefined;
  }
  const { createHardhatRuntimeEnvironment, configVariable, keystore } = hardhat;
  const hre = await createHardhatRuntimeEnvironment(
    {
      plugins: [keystore],
      networks: { one: { type: "http", url: "http://127.0.0.1", accounts: [configVariable(name)] } },
    },
    {},
    // It wants a package.json above it; the working directory may have none.
    import.meta.dirname,
  );
  const { accounts } = hre.config.networks["one"] as unknown as {
    readonly accounts: readonly { readonly getHexString: () => Promise<string> }[];
  };
  try {
    return await accounts[0]?.getHexString();
  } catch (error) {
    // Not there: the same as without a keystore. A wrong password is worth saying.
    if (/not found/i.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** Names that the type checker does not follow: an installation without Hardhat is a whole one. */
async function loadHardhat() {
  const [environment, config, keystore] = await Promise.all([
    import("hardhat/hre"),
    import("hardhat/config"),
    import("@nomicfoundation/hardhat-keystore"),
  ]);
  const { createHardhatRuntimeEnvironment } = environment;
  return {
    createHardhatRuntimeEnvironment,
    configVariable: config.configVariable,
    keystore: keystore.default,
  };
}
