import type { Counter, Gauge, Histogram, Registry } from "prom-client";

import { loadPeer } from "./load-peer.js";

/** What a program counts, for Prometheus. Names begin with `onus_<program>_` and end in a unit. */
export type Metrics = {
  readonly registry: Registry;
  /** How often something happened: the name ends in `_total`. */
  counter<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
  ): Counter<Label>;
  /** How much there is now. Amounts of wei lose what a double cannot hold; books are kept elsewhere. */
  gauge<Label extends string = never>(name: string, help: string, labels?: readonly Label[]): Gauge<Label>;
  /** How long or how large; `buckets` are upper bounds in the name's unit. */
  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly Label[],
  ): Histogram<Label>;
};

const UNITS = ["total", "seconds", "wei", "gas", "bytes", "blocks", "claims", "records", "sessions", "info"];

/** @param program "operator", "watchtower" */
export async function openMetrics(program: string): Promise<Metrics> {
  const client = await loadPeer("prom-client", "metrics", () => import("prom-client"));
  const registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry });
  const named = <Label extends string>(name: string, help: string, labels: readonly Label[] = []) => ({
    ...{ name: fullName(program, name), help, labelNames: labels, registers: [registry] },
  });
  return {
    registry,
    counter: (name, help, labels) => new client.Counter(named(name, help, labels)),
    gauge: (name, help, labels) => new client.Gauge(named(name, help, labels)),
    histogram: (name, help, buckets, labels) =>
      new client.Histogram({ ...named(name, help, labels), buckets: [...buckets] }),
  };
}

function fullName(program: string, name: string): string {
  if (!UNITS.some((unit) => name.endsWith(`_${unit}`))) {
    throw new TypeError(`metric ${name} ends in none of the units ${UNITS.join(", ")}`);
  }
  return `onus_${program}_${name}`;
}
