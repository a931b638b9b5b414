import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

import { runNpm } from "./npm.js";
import { at, root } from "./root.js";
import { refuse, say } from "./talk.js";

const lockPath = at("package-lock.json");
const installedPath = at("node_modules", ".package-lock.json");
const stampPath = at("node_modules", ".onus-installation.json");

/** Whether `node_modules` holds what `package-lock.json` names for this platform. Contents count, never times. */
export function installationMatchesLock() {
  const lock = read(lockPath) ?? refuse("package-lock.json is missing: is this a complete checkout?");
  const installed = read(installedPath);
  if (installed === undefined) return false;
  if (read(stampPath) === stamp(lock, installed)) return true;
  if (differences(lock, installed).length > 0) return false;
  writeFileSync(stampPath, stamp(lock, installed));
  return true;
}

/** Installs with `npm ci`, which starts from an empty `node_modules` and so recovers from an interrupted run. */
export async function installPackages(node, bootstrapLock) {
  say("installing packages (npm ci)");
  await runNpm({
    node,
    args: ["ci", "--include=dev", "--include=optional", "--ignore-scripts", "--no-audit", "--no-fund"],
    directory: root,
    lock: bootstrapLock,
  });
  const lock = read(lockPath);
  const installed = read(installedPath) ?? refuse("npm ci left no node_modules/.package-lock.json");
  const left = differences(lock, installed);
  const required = left.filter(({ optional }) => !optional);
  if (required.length > 0) refuse(`npm ci installed something else than the lock names: ${list(required)}`);
  // An optional package that this machine cannot take is npm's decision to skip; asking again would change nothing.
  if (left.length > 0) say(`optional packages not installed here: ${list(left)}`);
  writeFileSync(stampPath, stamp(lock, installed));
}

const list = (entries) => entries.map(({ path }) => path.replace(/^node_modules\//, "")).join(", ");

/**
 * Compares the lock with npm's record of what it installed. The root entry is not recorded there, and an optional
 * package of another platform is rightly absent; nothing else is.
 *
 * @returns {{ path: string, optional: boolean }[]}
 */
export function differences(lockText, installedText) {
  const wanted = JSON.parse(lockText).packages;
  const present = JSON.parse(installedText).packages ?? {};
  const missing = Object.entries(wanted)
    .filter(([path, entry]) => path.startsWith("node_modules/") && !same(entry, present[path]))
    .filter(([path, entry]) => present[path] !== undefined || !isForeign(entry))
    .map(([path, entry]) => ({ path, optional: entry.optional === true && present[path] === undefined }));
  const extra = Object.keys(present)
    .filter((path) => wanted[path] === undefined)
    .map((path) => ({ path, optional: false }));
  return [...missing, ...extra];
}

const same = (a, b) =>
  b !== undefined && a.version === b.version && a.integrity === b.integrity && a.link === b.link;

/** Whether npm leaves an entry out because it is made for another platform. */
function isForeign({ optional, os, cpu, libc }) {
  if (optional !== true) return false;
  return (
    !matches(os, process.platform) ||
    !matches(cpu, process.arch) ||
    (libc !== undefined && !matches(libc, ownLibc()))
  );
}

/** npm's rule for `os`, `cpu` and `libc`: a list of names, or of names to exclude ("!win32"). */
function matches(names, own) {
  if (names === undefined || names.includes("any")) return true;
  if (names.includes(`!${own}`)) return false;
  return names.includes(own) || names.every((name) => name.startsWith("!"));
}

function ownLibc() {
  if (process.platform !== "linux") return "none";
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
}

/** Says which two files agreed, and where; saves parsing them at every start. */
function stamp(lock, installed) {
  const hash = createHash("sha256").update(lock).update("\0").update(installed).digest("hex");
  return JSON.stringify({ platform: `${process.platform}-${process.arch}`, hash });
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  }
}
