import { readFileSync } from "node:fs";

import type { Check } from "./check.js";

/** One entry of package-lock.json; the root entry has the shape of package.json. */
interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export type LockPackages = Readonly<Record<string, LockEntry>>;

/** The lock installs the same on every platform: complete, by content, from whatever registry npm is set to. */
export const check: Check = {
  name: "lock",
  run: () => {
    const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: LockPackages };
    return Promise.resolve(lockProblems(packages));
  },
};

/** What is wrong with a lock: ranges at the root, entries without integrity or with an address, dependencies left out. */
export function lockProblems(packages: LockPackages): string[] {
  const root = packages[""] ?? {};
  const own = { ...root.dependencies, ...root.devDependencies, ...root.optionalDependencies };
  const ranges = Object.entries(own)
    .filter(([, wanted]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(wanted) && !wanted.startsWith("file:"))
    .map(([name, wanted]) => `package.json asks for ${name} ${wanted}; pin one version`);

  const entries = Object.entries(packages).flatMap(([path, entry]) => {
    if (path === "" || entry.link === true || !path.includes("node_modules/")) return [];
    return [
      ...(entry.integrity === undefined ? [`${path} has no integrity`] : []),
      // An address would bind every clone to the registry of whoever made the lock.
      ...(entry.resolved === undefined ? [] : [`${path} names an address: ${entry.resolved}`]),
    ];
  });

  // npm leaves out, silently, what the registry could not give when the lock was made: other platforms' binaries above all.
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    dependenciesOf(path, entry)
      .filter((name) => !resolves(packages, path, name))
      .map((name) => `${path === "" ? "the root" : path} needs ${name}, which the lock does not have`),
  );
  return [...ranges, ...entries, ...missing];
}

function dependenciesOf(path: string, entry: LockEntry): string[] {
  const peers = Object.keys(entry.peerDependencies ?? {}).filter(
    (name) => entry.peerDependenciesMeta?.[name]?.optional !== true,
  );
  const dev = path === "" ? Object.keys(entry.devDependencies ?? {}) : [];
  return [
    ...Object.keys(entry.dependencies ?? {}),
    ...Object.keys(entry.optionalDependencies ?? {}),
    ...peers,
    ...dev,
  ];
}

/** Node's rule: beside the dependent, then in every node_modules above it. */
function resolves(packages: LockPackages, from: string, name: string): boolean {
  for (let directory = from; ;) {
    if (`${directory === "" ? "" : `${directory}/`}node_modules/${name}` in packages) return true;
    if (directory === "") return false;
    const above = directory.lastIndexOf("node_modules/");
    directory = above <= 0 ? "" : directory.slice(0, above - 1);
  }
}
