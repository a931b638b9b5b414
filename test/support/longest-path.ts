/**
 * Static gas of a loop in EVM bytecode: the dearest way from the head of the loop back to it, by opcode prices alone.
 * Only for code whose opcodes have fixed prices and whose jumps push their target right before; everything else throws.
 */

const PRICES = new Map<number, number>([
  ...range(0x01, 0x03, 3), [0x02, 5], ...range(0x04, 0x07, 5), [0x0b, 5], ...range(0x10, 0x1d, 3), [0x1e, 5],
  [0x35, 3], [0x36, 2], [0x50, 2], [0x51, 3], [0x52, 3], [0x56, 8], [0x57, 10], [0x5b, 1], [0x5f, 2], ...range(0x60, 0x9f, 3),
]); // prettier-ignore

function range(from: number, to: number, price: number): [number, number][] {
  return Array.from({ length: to - from + 1 }, (_, i) => [from + i, price]);
}

interface Block {
  readonly start: number;
  readonly opcodes: readonly number[];
  /** Starts of the blocks that may come next; undefined where a jump goes to a computed place (out of the function). */
  readonly next: readonly number[] | undefined;
}

function blocksOf(code: Buffer): Map<number, Block> {
  const blocks = new Map<number, Block>();
  let start = 0;
  let opcodes: number[] = [];
  let pushed: number | undefined;
  const close = (end: number, next: number[] | undefined): void => {
    if (opcodes.length > 0) blocks.set(start, { start, opcodes, next });
    start = end;
    opcodes = [];
  };
  for (let pc = 0; pc < code.length;) {
    const opcode = code[pc]!;
    if (opcode === 0x5b) close(pc, [pc]);
    opcodes.push(opcode);
    const size = opcode >= 0x60 && opcode <= 0x7f ? opcode - 0x5f : 0;
    const end = pc + 1 + size;
    if (opcode === 0x56) close(end, pushed === undefined ? undefined : [pushed]);
    else if (opcode === 0x57) close(end, pushed === undefined ? undefined : [pushed, end]);
    else if ([0x00, 0xf3, 0xfd, 0xfe].includes(opcode)) close(end, []);
    pushed = size > 0 && size <= 3 ? code.readUIntBE(pc + 1, size) : undefined;
    pc = end;
  }
  return blocks;
}

const priceOf = (block: Block): number => {
  let gas = 0;
  for (const opcode of block.opcodes) {
    const price = PRICES.get(opcode);
    if (price === undefined)
      throw new Error(`opcode ${opcode.toString(16)} at ${block.start} has no fixed price`);
    gas += price;
  }
  return gas;
};

/** Blocks that can reach `to` and be reached from it: the loop around it. */
function loopAround(blocks: Map<number, Block>, member: number): Set<number> {
  const before = new Map<number, number[]>();
  for (const block of blocks.values()) {
    for (const next of block.next ?? []) before.set(next, [...(before.get(next) ?? []), block.start]);
  }
  const flood = (edges: (at: number) => readonly number[]): Set<number> => {
    const seen = new Set([member]);
    for (const at of seen) for (const next of edges(at)) seen.add(next);
    return seen;
  };
  const reached = flood((at) => blocks.get(at)?.next ?? []);
  const reaching = flood((at) => before.get(at) ?? []);
  return new Set([...reached].filter((at) => reaching.has(at)));
}

export interface LoopCost {
  /** Gas from the head of the loop back to it, the dearest way through a block that uses `through`, if there is one. */
  readonly fast: number;
  /** The dearest way that touches neither `through` nor an inner loop. */
  readonly general: number;
  /** The dearest way through the inner loop, taken `turns` times. */
  readonly inner: number;
}

/**
 * @param marker Bytes of a constant that only the loop in question pushes.
 * @param through An opcode that only the fast way uses.
 */
function loopCost(bytecode: string, marker: string, through: number, turns: number): LoopCost {
  const code = Buffer.from(bytecode.replace(/^0x/, ""), "hex");
  const blocks = blocksOf(code);
  const at = code.indexOf(Buffer.from(marker, "hex"));
  const member = [...blocks.keys()].filter((start) => start <= at).at(-1)!;
  const loop = loopAround(blocks, member);

  // The head is where the loop is entered from outside.
  const outside = [...blocks.values()].filter((block) => !loop.has(block.start));
  const heads = new Set(outside.flatMap((block) => block.next ?? []).filter((start) => loop.has(start)));
  if (heads.size !== 1) throw new Error(`the loop has ${heads.size} heads`);
  const head = [...heads][0]!;

  // Without the way back to the head, whatever still lies on a cycle is the inner loop.
  const inside = new Map<number, Block>();
  for (const start of loop) {
    const block = blocks.get(start)!;
    if (block.next === undefined) throw new Error(`computed jump in the loop at ${start}`);
    inside.set(start, { ...block, next: block.next.filter((next) => loop.has(next)) });
  }
  const open = new Map([...inside].map(([start, block]) => [start, { ...block, next: block.next!.filter((next) => next !== head) }])); // prettier-ignore
  const cyclic = new Set([...loop].filter((start) => loopAround(open, start).size > 1));
  const closes = (start: number): boolean => inside.get(start)!.next!.includes(head);

  const longest = (from: number, allowed: (at: number) => boolean, ends: (at: number) => boolean): number => {
    const known = new Map<number, number>();
    const visit = (start: number): number => {
      const cached = known.get(start);
      if (cached !== undefined) return cached;
      let best = ends(start) ? 0 : -Infinity;
      for (const next of open.get(start)!.next!) if (allowed(next)) best = Math.max(best, visit(next));
      const gas = best + priceOf(open.get(start)!);
      known.set(start, gas);
      return gas;
    };
    return visit(from);
  };

  const isFast = (start: number): boolean => open.get(start)!.opcodes.includes(through);
  const fastBlocks = [...loop].filter(isFast);
  const plain = (start: number): boolean => !cyclic.has(start) && !isFast(start);
  const fast = Math.max(
    ...fastBlocks.map((start) => longest(head, (at) => plain(at) || at === start, (at) => at === start) + longest(start, (at) => !cyclic.has(at), closes) - priceOf(open.get(start)!)),
  ); // prettier-ignore
  const general = longest(head, plain, closes);

  // The inner loop: its own head, one turn back to it, and out.
  const entry = [...cyclic].find((start) => [...open.values()].some((block) => !cyclic.has(block.start) && block.next!.includes(start)))!; // prettier-ignore
  const backs = (start: number): boolean => open.get(start)!.next!.includes(entry);
  const turn = longest(entry, (at) => cyclic.has(at) && at !== entry, backs);
  const into = longest(
    head,
    (at) => plain(at) || at === entry,
    (at) => at === entry,
  );
  const out = longest(entry, (at) => !cyclic.has(at), closes);
  return { fast, general, inner: into + turns * turn + out - priceOf(open.get(entry)!) };
}

/** Opcode BYTE, which only the fast block of `Accumulator` uses. */
const BYTE = 0x1a;
/** PUSH30 of 2^232, by which `Accumulator` and nothing else finds the last place of a sum. */
const PLACE = `7d01${"00".repeat(29)}`;

/** @returns gas of one block of eight elements of `Accumulator.run`, whatever the values, in a contract that contains it. */
export const runLoopCost = (bytecode: string): LoopCost => loopCost(bytecode, PLACE, BYTE, 8);
