/** Gathers what an option is given, each time it is given. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** What an ONNX file leaves open, for every command that imports one. */
export const DIM = ["--dim <NAME=N>", "extent of a named dimension (repeatable)", collect] as const;
export const SHAPE = ["--shape <INPUT=1,3,48,320>", "shape of an input (repeatable)", collect] as const;
export const CONSTANT = [
  "--constant <INPUT=16000>",
  "an input that becomes a constant: a number, [1,2] or a tensor file (repeatable)",
  collect,
] as const;
