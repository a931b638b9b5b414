import type { ApiFault } from "onus/api";

/** What each fault means, in a sentence. */
const FAULTS: Readonly<Record<ApiFault, string>> = {
  Element: "one element, computed again on chain, has another value",
  OutputRoot: "the output is not what the trace ends with",
  Padding: "something stands where a tensor is over",
  AbsentNode: "something stands where the tree has nothing",
  Silence: "a forced question was not answered in time",
};

export const sayFault = (fault: ApiFault): string => FAULTS[fault];
