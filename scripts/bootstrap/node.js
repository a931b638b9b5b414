import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runNpm } from "./npm.js";
import { at } from "./root.js";
import { refuse, say } from "./talk.js";

/** The oldest Node that Hardhat 3 runs on. */
const oldest = [22, 13];

/** The Node fetched when the running one is older; packages without install scripts, pinned by content. */
const version = "24.21.0";
const packages = {
  "linux-x64":
    "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  "linux-arm64":
    "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  "win-x64":
    "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
};

const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const home = at(".tools", `node-${version}-${platform}`);
const fetched = join(
  home,
  "node_modules",
  `node-${platform}`,
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);

/** The path of a Node new enough to run the repository, or undefined when one must be fetched. */
export function supportedNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return process.execPath;
  return existsSync(fetched) ? fetched : undefined;
}

/** As `supportedNode`, fetching one into `.tools/` when needed. */
export async function ensureNode(lock) {
  return supportedNode() ?? (await fetchNode(lock));
}

async function fetchNode(lock) {
  const integrity = packages[platform];
  if (integrity === undefined) {
    refuse(
      `Node ${process.versions.node} is too old and no package carries Node ${version} for ${platform}: ` +
        `install Node ${oldest.join(".")} or newer and run the command again`,
    );
  }
  say(
    `Node ${process.versions.node} is older than ${oldest.join(".")}: fetching Node ${version} into .tools/`,
  );

  const name = `node-${platform}`;
  const staging = `${home}.partial`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  const dependencies = { [name]: version };
  writeFileSync(
    join(staging, "package.json"),
    JSON.stringify({ name: "tools", private: true, dependencies }),
  );
  writeFileSync(
    join(staging, "package-lock.json"),
    JSON.stringify({
      name: "tools",
      lockfileVersion: 3,
      requires: true,
      packages: { "": { name: "tools", dependencies }, [`node_modules/${name}`]: { version, integrity } },
    }),
  );
  await runNpm({
    node: process.execPath,
    args: ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    directory: staging,
    lock,
  });

  // A rename is atomic: a directory with the final name is a complete one, whenever the fetch was interrupted.
  rmSync(home, { recursive: true, force: true });
  renameSync(staging, home);
  return fetched;
}
