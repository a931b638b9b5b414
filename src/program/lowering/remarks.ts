/** What the importer does not follow of an operator it lowers; operators without a remark are lowered entirely, in f32. */
export const remarks: Readonly<Record<string, string>> = {
  ArgMax: "not `select_last_index`",
  ArgMin: "not `select_last_index`",
  AveragePool: "f32",
  Cast: "between float32, int32, int64, uint8, int8 and bool; 64-bit integers are computed in 32 bits",
  Constant: "dense numeric values",
  Dropout: "inference: the identity, no mask",
  Gather: "constant, evenly spaced indices",
  MaxPool: "no indices",
  Pad: "constant mode, constant pads",
  Pow: "one constant exponent: 0.5, or an integer from -16 to 16 but 0",
  Reshape: "constant shape",
  Slice: "constant bounds",
  BatchNormalization: "inference",
};
