import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { once } from "node:events";

import type { Act } from "../does.js";

/** The same bytes for the same chain, whoever indexed it and however often he was interrupted. */
export const exportToFile: Act<{ readonly db: string; readonly out: string }> = async ({ options }) => {
  const { db, out } = options;
  const [{ readIndex }, { exportIndex }] = await Promise.all([
    import("../../indexer/open-index.js"),
    import("../../indexer/export-index.js"),
  ]);
  const index = await readIndex(db);
  const file = createWriteStream(out);
  const hash = createHash("sha256");
  let lines = 0;
  for await (const line of exportIndex(index)) {
    hash.update(line);
    lines++;
    if (!file.write(line)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
  await index.destroy();
  const sha256 = hash.digest("hex");
  return { value: { out, lines, sha256 }, text: `${lines} rows in ${out}\nsha256 ${sha256}` };
};
