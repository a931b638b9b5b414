import { spawnSync } from "node:child_process";

/**
 * Regenerates src/model/onnx/onnx_pb.ts from onnx.proto with buf and protoc-gen-es, offline.
 * CI runs this and fails if the committed file changes.
 */
const template = {
  version: "v2",
  plugins: [
    {
      local: "node_modules/.bin/protoc-gen-es",
      out: "src/model/onnx",
      opt: ["target=ts", "import_extension=js"],
    },
  ],
};

const { status } = spawnSync(
  "node_modules/.bin/buf",
  ["generate", "src/model/onnx", "--template", JSON.stringify(template)],
  { stdio: "inherit", env: { ...process.env, BUF_CACHE_DIR: ".tools/buf" } },
);
process.exitCode = status ?? 1;
