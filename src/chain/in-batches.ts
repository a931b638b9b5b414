/** Calls that are under way at the same time; public endpoints refuse more. */
const AT_ONCE = 32;

/** Asks for something about every item, a few at a time, and gives the answers in order. */
export async function inBatches<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) {
    answers.push(...(await Promise.all(items.slice(first, first + AT_ONCE).map(ask))));
  }
  return answers;
}
