/**
 * Commits together what comes in one turn of the event loop. The disk takes as long for many as for one: while it takes, the
 * next ones gather.
 *
 * @param commit all or nothing, in one transaction
 */
export function groupCommits<Item, Done>(
  commit: (items: readonly Item[]) => readonly Done[],
): (item: Item) => Promise<Done> {
  let gathered: { item: Item; resolve(done: Done): void; reject(error: unknown): void }[] = [];
  const flush = (): void => {
    const group = gathered;
    gathered = [];
    try {
      const done = commit(group.map(({ item }) => item));
      group.forEach(({ resolve }, at) => resolve(done[at] as Done));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };
  return (item) =>
    new Promise((resolve, reject) => {
      if (gathered.length === 0) setImmediate(flush);
      gathered.push({ item, resolve, reject });
    });
}
