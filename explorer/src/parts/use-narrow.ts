import { useSyncExternalStore } from "react";

const narrow = matchMedia("(max-width: 600px)");

const listen = (tell: () => void): (() => void) => {
  narrow.addEventListener("change", tell);
  return () => narrow.removeEventListener("change", tell);
};

/** Whether the window is as narrow as a phone. */
export const useNarrow = (): boolean => useSyncExternalStore(listen, () => narrow.matches);
