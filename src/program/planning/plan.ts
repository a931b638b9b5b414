import { product } from "../kernel.js";
import { readsOf } from "../ir/expr.js";
import type { Definition, Nest, Value } from "../ir/value.js";
import { isKnown } from "../lowering/scope.js";
import type { Stage } from "./expand.js";
import { isMovement } from "./view.js";

/** What the planner is asked to respect, learnt from earlier attempts. */
export type Wishes = {
  /** Values that have to be tensors. */
  readonly make: ReadonlySet<Value>;
  /** Reductions that must not be finished inside a later value. */
  readonly keepApart: ReadonlySet<Value>;
  readonly definitionOf: (value: Value) => Definition;
};

const countOf = (value: Value): number => product(value.shape);

/**
 * Decides which values become tensors. A reduction is carried through the elementwise and moving values after it as far
 * as they all come together again and make no more elements than it has; so bias, normalisation, activation, residual
 * and reshapes end in its tail. An elementwise value becomes a tensor when it would otherwise be computed more often
 * than it has elements. Everything else is computed where it is read.
 */
export function planStages(outputs: readonly Value[], wishes: Wishes): Stage[] {
  const graph = new Graph(outputs, wishes.definitionOf);
  const stages = new Map<Value, Value | undefined>();
  const claimed = new Set<Value>();
  const outputSet = new Set(outputs);

  // Later reductions first: where two meet, the later one goes on.
  for (const reduction of graph.order.filter((value) => graph.isReduction(value)).reverse()) {
    const path = new Set<Value>();
    const isFree = (value: Value) => !claimed.has(value) && countOf(value) <= countOf(reduction);
    const ends = wishes.keepApart.has(reduction)
      ? [reduction]
      : follow(reduction, {
          graph,
          isFree,
          path,
          isEnd: (value) => outputSet.has(value) || wishes.make.has(value) || value.isState === true,
        });
    for (const end of ends) stages.set(end, reduction);
    for (const value of path) claimed.add(value);
  }
  const make = (value: Value) => {
    if (!stages.has(value)) stages.set(value, undefined);
  };
  const states = graph.order.filter(({ isState }) => isState === true);
  for (const value of [...outputs, ...wishes.make, ...states]) if (graph.has(value)) make(value);
  for (const value of graph.order) {
    const nest = graph.nest(value);
    if (nest === undefined || (nest.reducer === "none" && !stages.has(value))) continue;
    const positions = countOf(value) * product(nest.reduce.map(({ extent }) => extent));
    for (const operand of [...readsOf(nest.body), ...readsOf(nest.tail)]) {
      settle(operand.value, { positions, graph, isMade: (one) => stages.has(one), make });
    }
  }
  return graph.order
    .filter((value) => stages.has(value))
    .map((value) => ({ value, reduction: stages.get(value) }));
}

type Follow = {
  readonly graph: Graph;
  readonly isFree: (value: Value) => boolean;
  readonly isEnd: (value: Value) => boolean;
  /** Receives every value on the way. */
  readonly path: Set<Value>;
};

/** The values at which a reduction is finished: one, or disjoint views of it that go separate ways. */
function follow(from: Value, c: Follow): Value[] {
  let current = from;
  for (;;) {
    c.path.add(current);
    if (c.isEnd(current)) return [current];
    const users = c.graph.users(current);
    const joint = meeting(users, c);
    if (joint === undefined) {
      const areParts =
        users.length > 1 &&
        users.every((user) => isMovement(c.graph.definitionOf(user)) && c.isFree(user)) &&
        users.reduce((sum, user) => sum + countOf(user), 0) <= countOf(from);
      return areParts ? users.flatMap((user) => follow(user, c)) : [current];
    }
    current = joint;
  }
}

/** The one value in which all of `users` come together through elementwise values, if there is one. */
function meeting(users: readonly Value[], c: Follow): Value | undefined {
  const open = new Set(users);
  const passed = new Set<Value>();
  for (;;) {
    if (open.size === 0) return undefined;
    for (const value of open) if (c.graph.isReduction(value) || !c.isFree(value)) return undefined;
    const first = [...open].reduce((a, b) => (c.graph.rank(a) <= c.graph.rank(b) ? a : b));
    if (open.size === 1) {
      for (const value of passed) c.path.add(value);
      return first;
    }
    if (c.isEnd(first)) return undefined;
    open.delete(first);
    passed.add(first);
    const next = c.graph.users(first);
    if (next.length === 0) return undefined;
    for (const value of next) open.add(value);
  }
}

type Settle = {
  /** How often the value is asked for. */
  readonly positions: number;
  readonly graph: Graph;
  readonly isMade: (value: Value) => boolean;
  readonly make: (value: Value) => void;
};

/** Makes what would be computed more often than it has elements, looking through what only moves. */
function settle(value: Value, c: Settle): void {
  if (c.isMade(value) || isKnown(value)) return;
  const definition = c.graph.definitionOf(value);
  if (definition.kind === "reshape") return settle(definition.of, c);
  if (definition.kind !== "nest" || definition.nest.reducer !== "none") return;
  if (!isMovement(definition) && c.positions > countOf(value)) return c.make(value);
  for (const { value: operand } of readsOf(definition.nest.body)) settle(operand, c);
}

/** The values that the outputs depend on and that are not known at import, operands first. */
class Graph {
  readonly order: Value[] = [];
  readonly #users = new Map<Value, Value[]>();
  readonly #rank = new Map<Value, number>();
  readonly definitionOf: (value: Value) => Definition;

  constructor(outputs: readonly Value[], definitionOf: (value: Value) => Definition) {
    this.definitionOf = definitionOf;
    for (const output of outputs) this.#visit(output, true);
    this.order.forEach((value, rank) => this.#rank.set(value, rank));
    for (const value of this.order) {
      for (const operand of this.#operands(value)) this.#users.get(operand)?.push(value);
    }
  }

  has(value: Value): boolean {
    return this.#rank.has(value);
  }

  rank(value: Value): number {
    return this.#rank.get(value) as number;
  }

  users(value: Value): readonly Value[] {
    return this.#users.get(value) ?? [];
  }

  nest(value: Value): Nest | undefined {
    const definition = this.definitionOf(value);
    return definition.kind === "nest" ? definition.nest : undefined;
  }

  isReduction(value: Value): boolean {
    const nest = this.nest(value);
    return nest !== undefined && nest.reducer !== "none";
  }

  #operands(value: Value): Value[] {
    const definition = this.definitionOf(value);
    if (definition.kind === "reshape") return [definition.of];
    if (definition.kind !== "nest") return [];
    const reads = [...readsOf(definition.nest.body), ...readsOf(definition.nest.tail)];
    return [...new Set(reads.map((one) => one.value))];
  }

  /** An output is made even if it is known. */
  #visit(value: Value, isOutput = false): void {
    if (this.#users.has(value) || (isKnown(value) && !isOutput)) return;
    this.#users.set(value, []);
    for (const operand of this.#operands(value)) this.#visit(operand);
    this.order.push(value);
  }
}
