/** What a test process counted. A process that ends without a count is one failure. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
  /** Codes of the error catalogue that were reached; absent where nothing records them. */
  readonly codes?: readonly string[];
}

export function addCounts(counts: readonly Counts[]): Counts {
  const sum = (of: (c: Counts) => number): number => counts.reduce((total, c) => total + of(c), 0);
  return {
    passed: sum((c) => c.passed),
    failed: sum((c) => c.failed),
    pending: sum((c) => c.pending),
    failures: counts.flatMap((c) => c.failures),
    codes: [...new Set(counts.flatMap(({ codes = [] }) => codes))].sort(),
  };
}

export function describeCounts({ passed, failed, pending }: Counts): string {
  return `${passed} passing, ${failed} failing${pending > 0 ? `, ${pending} pending` : ""}`;
}
