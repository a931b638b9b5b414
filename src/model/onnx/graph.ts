/** ONNX element types, by their code in TensorProto.DataType; the importer refuses those it cannot compute with. */
export const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  8: "string",
  9: "bool",
  10: "float16",
  11: "float64",
  12: "uint32",
  13: "uint64",
  14: "complex64",
  15: "complex128",
  16: "bfloat16",
};

/** The data of an initialiser in the type it was written in; bool is 0 or 1. */
export type OnnxData = Float32Array | Float64Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;

export type OnnxTensor = {
  readonly name: string;
  readonly elementType: string;
  readonly shape: readonly number[];
  readonly data: OnnxData;
};

export type OnnxAttribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: OnnxTensor }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "graph"; readonly value: OnnxBody }
  | { readonly kind: "other"; readonly value: string };

export type OnnxNode = {
  /** The node's name, or its first output's where the file gives none. */
  readonly name: string;
  readonly operator: string;
  /** "" is the standard domain. */
  readonly domain: string;
  /** "" stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
};

/** A graph inside a node: it sees the tensors around it, and its inputs are what the node hands over. */
export type OnnxBody = {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly nodes: readonly OnnxNode[];
};

/** A graph input. A dimension is its extent, the name of a parameter, or undefined where the file says nothing. */
export type OnnxInput = {
  readonly name: string;
  readonly elementType: string;
  readonly dims: readonly (number | string | undefined)[];
};

export type OnnxGraph = {
  /** Version of the standard operator set. */
  readonly opset: number;
  /** Without the initialisers that older files list among them. */
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** In the order of the file, which ONNX demands to be topological. */
  readonly nodes: readonly OnnxNode[];
};
