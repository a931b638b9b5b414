import * as ort from "onnxruntime-node";

/** Runs an ONNX file in onnxruntime on one thread; float outputs by name. */
export async function runInOnnxruntime(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>>,
): Promise<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>> {
  // Spinning threads would slow whoever else runs here.
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { data, shape }]) => [name, new ort.Tensor("float32", data, shape)]),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => [
      name,
      { data: Float32Array.from(data as Float32Array, Number), shape: dims },
    ]),
  );
}
