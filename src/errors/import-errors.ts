/** Refusals of the importer: each names the node, its operator and what would help. */
export const importErrors = {
  ONNX_UNREADABLE: {
    say: (c: { reason: string }) => `this is not an ONNX model the importer can read: ${c.reason}`,
    hint: "check that the file is complete, or export the model again",
    exit: 20,
  },
  EXTERNAL_DATA: {
    say: (c: { tensor: string }) => `tensor ${c.tensor} keeps its data in another file`,
    hint: "save the model with its weights inside one file",
    exit: 20,
  },
  UNSUPPORTED_TYPE: {
    say: (c: { tensor: string; type: string }) => `tensor ${c.tensor} has elements of type ${c.type}`,
    hint: "export the model with float32, int32, int64, uint8, int8 or bool tensors",
    exit: 21,
  },
  INTEGER_TOO_WIDE: {
    say: (c: { tensor: string; value: string }) =>
      `tensor ${c.tensor} holds ${c.value}, which does not fit in 32 bits`,
    hint: "64-bit integers are computed in 32 bits; rescale the model's integers",
    exit: 21,
  },
  UNSUPPORTED_OPERATOR: {
    say: (c: { node: string; operator: string; domain: string }) =>
      `node ${c.node}: operator ${c.domain === "" ? "" : `${c.domain}.`}${c.operator} is not supported`,
    hint: "`onus model operators` lists what is; replace the operator when exporting the model",
    exit: 21,
  },
  UNSUPPORTED_ATTRIBUTE: {
    say: (c: { node: string; operator: string; attribute: string; value: string; expected: string }) =>
      `node ${c.node}: ${c.operator} has ${c.attribute} = ${c.value}; expected ${c.expected}`,
    hint: "export the model without it, or with the expected value",
    exit: 21,
  },
  UNSUPPORTED_NODE: {
    say: (c: { node: string; operator: string; reason: string }) =>
      `node ${c.node}: ${c.operator} ${c.reason}`,
    hint: "export the model with fixed shapes and constant parameters where the operator has them",
    exit: 21,
  },
  CONSTANT_NEEDED: {
    say: (c: { node: string; operator: string; index: number; tensor: string; inputs: readonly string[] }) =>
      `node ${c.node}: ${c.operator} takes input ${c.index} (${c.tensor}) from the run; it must be constant`,
    hint: (c: { inputs: readonly string[] }) =>
      `it depends on ${c.inputs.join(", ")}: fix the input with ${c.inputs.map((name) => `--constant ${name}=…`).join(" ")}, or export the model with constant parameters`,
    exit: 21,
  },
  UNKNOWN_TENSOR: {
    say: (c: { node: string; tensor: string }) =>
      `node ${c.node} reads ${c.tensor}, which nothing before it makes`,
    hint: "the model is not sorted or not complete; run onnx.checker on it",
    exit: 20,
  },
  UNKNOWN_INPUT: {
    say: (c: { input: string; known: string }) =>
      `there is no input ${c.input} to fix or to shape; the model's inputs are ${c.known}`,
    hint: "use one of the model's input names",
    exit: 2,
  },
  DIM_UNKNOWN: {
    say: (c: { input: string; dim: string; shape: string }) =>
      `input ${c.input} [${c.shape}] has the open dimension ${c.dim}`,
    hint: (c: { input: string; dim: string }) =>
      `type --dim ${c.dim}=N, or --shape ${c.input}=… with all extents`,
    exit: 2,
  },
  SHAPE_MISMATCH: {
    say: (c: { node: string; operator: string; actual: string; expected: string }) =>
      `node ${c.node}: ${c.operator} is given ${c.actual}; expected ${c.expected}`,
    hint: "check --dim and --shape against the shapes the model was trained for",
    exit: 21,
  },
  KERNEL_TOO_LARGE: {
    say: (c: { tensor: string; what: string; actual: number; limit: number }) =>
      `making ${c.tensor} takes ${c.actual} ${c.what}; a kernel has at most ${c.limit}`,
    hint: "choose smaller input extents with --dim or --shape",
    exit: 21,
  },
  MODEL_TOO_LARGE: {
    say: (c: { what: string; actual: number; limit: number }) =>
      `the model has ${c.actual} ${c.what}; an artifact has at most ${c.limit}`,
    hint: "split the model into parts and import each",
    exit: 21,
  },
  PROOF_TOO_LARGE: {
    say: (c: { tensor: string; gas: number; calldataBytes: number }) =>
      `one element of ${c.tensor} would take ${c.gas} gas and ${c.calldataBytes} bytes to prove, more than one transaction may`,
    hint: "choose smaller input extents with --dim or --shape",
    exit: 21,
  },
  ARTIFACT_UNREADABLE: {
    say: (c: { reason: string }) => `this is not an .onus file: ${c.reason}`,
    hint: "make one with `onus model import`, or fetch it again",
    exit: 22,
  },
} as const;
