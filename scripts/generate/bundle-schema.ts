import { writeFileSync } from "node:fs";

import { z } from "zod";

import { bundleSchema } from "../../src/store/bundle-file.js";
import { formatted } from "./formatted.js";
import type { Generator } from "./generators.js";

const OUT = "docs/spec/bundle.schema.json";

/** The form of evidence bundles for whoever reads them without this package. */
export const generator: Generator = {
  name: "bundle schema",
  outputs: [OUT],
  run: async () => {
    const schema = {
      $id: "onus-bundle-1",
      title: "Evidence bundle of Onus; docs/spec/bundle.md says what a checker does",
      ...z.toJSONSchema(bundleSchema, { io: "input" }),
    };
    writeFileSync(OUT, await formatted(JSON.stringify(schema), OUT));
  },
};
