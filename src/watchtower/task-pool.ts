/** Work that is under way beside the loop, each task once at a time. */
export type TaskPool = {
  /** Begins a task unless one of its name is under way, or as many of its kind as may be. */
  readonly begin: (task: PoolTask) => void;
  /** Until all that is under way has ended. */
  readonly drain: () => Promise<void>;
};

export type PoolTask = {
  readonly kind: string;
  /** Among those of its kind; one of a kind has none. */
  readonly of?: string;
  /** Tasks of its kind at the same time. */
  readonly atOnce?: number;
  readonly act: () => Promise<void>;
  /** Called when it fails, after whoever is told. */
  readonly failed?: () => void;
};

/** @param tellFailure told of every task that fails; none of them ends the program */
export function openTaskPool(tellFailure: (task: PoolTask, error: unknown) => void): TaskPool {
  const running = new Map<string, { readonly kind: string; readonly work: Promise<void> }>();
  return {
    begin: (task) => {
      const { kind, of = "", atOnce = 1, act, failed } = task;
      const name = `${kind} ${of}`;
      if (running.has(name)) return;
      if ([...running.values()].filter((one) => one.kind === kind).length >= atOnce) return;
      const work = act()
        .catch((error: unknown) => {
          tellFailure(task, error);
          failed?.();
        })
        .finally(() => running.delete(name));
      running.set(name, { kind, work });
    },
    drain: async () => {
      await Promise.allSettled([...running.values()].map(({ work }) => work));
    },
  };
}
