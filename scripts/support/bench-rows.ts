/** What `npm run bench` prints, as far as rows must be there. */
export type BenchResult = {
  readonly engine?: readonly { readonly model: string; readonly threads: number }[];
  readonly hash?: object;
  readonly claimOverhead?: readonly { readonly model: string }[];
  readonly dispute?: readonly { readonly model: string }[];
};

const KERNELS = ["matmul-512", "conv-3x3-64", "matmul-512-int8"];
const MODELS = ["pp-ocr-rec", "pp-ocr-cls", "pp-ocr-det", "retinaface", "silero-vad"];
const ENGINE_ROWS = [...KERNELS, "pp-ocr-rec", "retinaface"];
const THREADS = [1, 2];

/** What a result lacks, in words. */
export function missingRows({ engine = [], hash, claimOverhead = [], dispute = [] }: BenchResult): string[] {
  const lacks = (rows: readonly { model: string }[], names: readonly string[], what: string): string[] =>
    names.filter((name) => !rows.some(({ model }) => model === name)).map((name) => `${what} of ${name}`);
  return [
    ...THREADS.flatMap((threads) =>
      lacks(
        engine.filter((row) => row.threads === threads),
        ENGINE_ROWS,
        `the engine, ${threads} thread(s),`,
      ),
    ),
    ...(hash === undefined ? ["hashing"] : []),
    ...lacks(claimOverhead, [...KERNELS, ...MODELS], "the claim"),
    ...lacks(dispute, MODELS, "the dispute"),
  ];
}
