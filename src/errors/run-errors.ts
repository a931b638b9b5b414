/** What the run room refuses. */
export const runErrors = {
  INPUT_COUNT: {
    say: (c: { expected: number; found: number }) =>
      `the model takes ${c.expected} inputs; ${c.found} were given`,
    hint: "`onus model show FILE.onus` lists the inputs",
    exit: 3,
  },
  INPUT_SHAPE: {
    say: (c: { name: string; expected: string; found: string }) =>
      `input ${c.name} is ${c.expected}; found ${c.found}`,
    hint: "`onus model show FILE.onus` lists names, shapes and dtypes of the inputs",
    exit: 3,
  },
  INPUT_MISSING: {
    say: (c: { missing: readonly string[] }) => `no values are given for ${c.missing.join(", ")}`,
    hint: (c: { missing: readonly string[] }) => c.missing.map((name) => `--input ${name}=FILE`).join(" "),
    exit: 3,
  },
  TENSOR_FILE_UNREADABLE: {
    say: (c: { file: string; reason: string }) => `${c.file} cannot be read as a tensor: ${c.reason}`,
    hint: "give a .npy file, an ONNX TensorProto (.pb), or JSON: a number, nested lists, or { shape, data }",
    exit: 3,
  },
  TENSOR_BYTES: {
    say: (c: { expected: number; found: number }) => `the tensor has ${c.expected} bytes; found ${c.found}`,
    hint: "fetch the artifact again, or import it again with `onus model import`",
    exit: 3,
  },
  ENGINE_MEMORY: {
    say: (c: { bytes: number }) =>
      `the engine needs ${c.bytes} bytes of WebAssembly memory and cannot have them`,
    hint: "free memory, or import the model for smaller inputs with `--dim NAME=N`",
    exit: 3,
  },
} as const;
