/** What whoever serves these files says about them, in /config.json; every field may be absent. */
export type Settings = {
  /** Where the index answers, without a slash at the end; the page's own origin when empty. */
  readonly api: string;
  /** Whether /rpc beside this page asks a node for a transaction: then disputes are shown down to their operands. */
  readonly rpc?: string;
  /** What the deployment is called. */
  readonly name: string;
  /** Symbols of the stake token and of the native currency. */
  readonly stakeUnit: string;
  readonly nativeUnit: string;
  /** Names of addresses and ids, as whoever serves this page calls them; keys are lower case. */
  readonly names: Readonly<Record<string, string>>;
};

const DEFAULTS: Settings = { api: "", name: "", stakeUnit: "WETH", nativeUnit: "ETH", names: {} };

export async function loadSettings(): Promise<Settings> {
  try {
    const answer = await fetch("/config.json");
    if (!answer.ok) return DEFAULTS;
    return { ...DEFAULTS, ...((await answer.json()) as Partial<Settings>) };
  } catch {
    return DEFAULTS;
  }
}
