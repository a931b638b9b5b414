import type { RestReason } from "../dispute/move.js";

/**
 * What a check came to. `differs`: what is claimed is not what the model gives. What begins with `unchecked` is neither
 * right nor wrong to anybody's knowledge, after what is missing.
 */
export type Verdict = Exclude<RestReason, "decided"> | "differs" | "not sampled" | "unchecked: model unknown";

export const isUnchecked = (verdict: Verdict): boolean => verdict.startsWith("unchecked");
