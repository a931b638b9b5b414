import { writeFileSync } from "node:fs";

import { lowerings } from "../../src/program/lowering/registry.js";
import { remarks } from "../../src/program/lowering/remarks.js";
import type { Generator } from "./generators.js";

const OUT = "docs/operators.md";

/** The table of supported operators, from the importer itself. */
export const generator: Generator = {
  name: "operators",
  outputs: [OUT],
  run: async () => {
    const names = Object.keys(lowerings).sort();
    const rows = names.map((name) => `| ${name} | ${remarks[name] ?? ""} |`);
    const text = [
      "# Supported operators",
      "",
      `The importer lowers these ${names.length} operators of the standard ONNX domain. Anything else is refused by name`,
      "before anything is made. Generated from `src/program/lowering` by `npm run generate`.",
      "",
      "| operator | what is not followed, or only so |",
      "|---|---|",
      ...rows,
      "",
    ];
    writeFileSync(OUT, text.join("\n"));
  },
};
