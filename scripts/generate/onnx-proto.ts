import { spawnSync } from "node:child_process";

import type { Generator } from "./generators.js";

const OUT = "src/model/onnx/generated";

/** Types of the part of ONNX that the importer reads, from onnx.proto; buf and protoc-gen-es need no network for it. */
export const generator: Generator = {
  name: "onnx-proto",
  outputs: [OUT],
  run: async () => {
    const plugin = {
      local: "node_modules/.bin/protoc-gen-es",
      out: OUT,
      opt: ["target=ts", "import_extension=js"],
    };
    const { status } = spawnSync(
      "node_modules/.bin/buf",
      ["generate", "src/model/onnx", "--template", JSON.stringify({ version: "v2", plugins: [plugin] })],
      { stdio: "inherit", env: { ...process.env, BUF_CACHE_DIR: ".tools/buf" } },
    );
    if (status !== 0) throw new Error(`buf ended with status ${status}`);
  },
};
