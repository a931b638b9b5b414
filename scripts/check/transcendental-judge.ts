/**
 * Has MPFR judge the fast functions on boundary-weighted random arguments and on the cases nearest to a rounding
 * boundary. Optional: needs a C compiler and MPFR's headers (Debian: gcc, libmpfr-dev); no other check depends on it.
 *
 *   npx tsx scripts/check/transcendental-judge.ts [--count 10000000] [--seed 3] [--function exp]
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { TRANSCENDENTALS, type Transcendental } from "../../src/run/transcendental-exact.js";
import { APPROXIMATE } from "../../test/support/transcendental-error.js";
import {
  bitsOfF32,
  f32OfBits,
  FAST,
  transcendentalVectors,
} from "../../test/support/transcendental-vectors.js";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000000" },
    seed: { type: "string", default: "3" },
    function: { type: "string" },
  },
});
const CHUNK = 1 << 16;
const RECORD_BYTES = 16;

const hardCases: Record<Transcendental, readonly (readonly [number, number])[]> = JSON.parse(
  readFileSync(new URL("../../test/support/transcendental-hard-cases.json", import.meta.url), "utf8"),
);
const directory = mkdtempSync(join(tmpdir(), "transcendental-judge-"));
const judge = join(directory, "judge");
const source = fileURLToPath(new URL("transcendental-judge.c", import.meta.url));
execFileSync("cc", ["-O2", "-o", judge, source, "-lmpfr", "-lgmp", "-lm"], { stdio: "inherit" });

for (const name of TRANSCENDENTALS) {
  if (values.function !== undefined && values.function !== name) continue;
  const child = spawn(judge, [name], { stdio: ["pipe", "inherit", "inherit"] });
  const exit = once(child, "exit");
  const feed = async (vectors: Uint32Array) => {
    for (let at = 0; at < vectors.length; at += CHUNK) {
      if (!child.stdin.write(records(name, vectors.subarray(at, at + CHUNK))))
        await once(child.stdin, "drain");
    }
  };
  await feed(Uint32Array.from(hardCases[name], ([bits]) => bits));
  await feed(transcendentalVectors(name, Number(values.count), Number(values.seed)));
  child.stdin.end();
  const [code] = await exit;
  if (code !== 0) process.exitCode = 1;
}
rmSync(directory, { recursive: true });

function records(name: Transcendental, vectors: Uint32Array): Buffer {
  const buffer = Buffer.alloc(vectors.length * RECORD_BYTES);
  vectors.forEach((bits, i) => {
    const x = f32OfBits(bits);
    buffer.writeUInt32LE(bits, RECORD_BYTES * i);
    buffer.writeUInt32LE(bitsOfF32(FAST[name](x)), RECORD_BYTES * i + 4);
    buffer.writeDoubleLE(APPROXIMATE[name](x), RECORD_BYTES * i + 8);
  });
  return buffer;
}
