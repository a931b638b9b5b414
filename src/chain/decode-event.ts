import { AbiCoder, getBytes } from "ethers";
import type { EventFragment, Interface, Log, ParamType, Result } from "ethers";

import {
  IClaimBook__factory,
  IInquiry__factory,
  ILineage__factory,
  IModelRegistry__factory,
  IOnus__factory,
  IOperatorRegistry__factory,
  IReceiptCourt__factory,
  IStanding__factory,
  IWorkbench__factory,
} from "../../typechain-types/index.js";
import type { Address } from "../types/address.js";
import { ZERO_ADDRESS } from "../types/address.js";
import type { Deployment } from "./deployment.js";

/** What an event says, as JSON has it: numbers of at most 48 bits are numbers, wider ones decimal strings. */
export type EventArgs = { readonly [name: string]: EventValue };
export type EventValue = string | number | boolean | readonly EventValue[] | EventArgs;

export type DecodedEvent = { readonly part: EventPart; readonly name: string; readonly args: EventArgs };

/** The parts that emit events, by the names that a deployment has for their addresses. */
const INTERFACES = {
  onus: IOnus__factory.createInterface(),
  modelRegistry: IModelRegistry__factory.createInterface(),
  operatorRegistry: IOperatorRegistry__factory.createInterface(),
  claimBook: IClaimBook__factory.createInterface(),
  workbench: IWorkbench__factory.createInterface(),
  inquiry: IInquiry__factory.createInterface(),
  receiptCourt: IReceiptCourt__factory.createInterface(),
  standing: IStanding__factory.createInterface(),
  lineage: ILineage__factory.createInterface(),
} as const satisfies Record<string, Interface>;

export type EventPart = keyof typeof INTERFACES;
export const EVENT_PARTS = Object.keys(INTERFACES) as readonly EventPart[];

export type PartAddresses = Pick<Deployment, EventPart>;

/** The addresses at which a deployment emits events. */
export const emittersOf = (deployment: PartAddresses): readonly Address[] =>
  EVENT_PARTS.map((part) => deployment[part]).filter((address) => address !== ZERO_ADDRESS);

/** Reads logs of one deployment; undefined for a log that is none of its events. */
export function eventDecoder(
  deployment: PartAddresses,
): (log: Pick<Log, "address" | "topics" | "data">) => DecodedEvent | undefined {
  const partAt = new Map(EVENT_PARTS.map((part) => [deployment[part].toLowerCase(), part] as const));
  return ({ address, topics, data }) => {
    const part = partAt.get(address.toLowerCase());
    const [topic] = topics;
    if (part === undefined || topic === undefined) return undefined;
    const abi: Interface = INTERFACES[part];
    const event = abi.getEvent(topic);
    if (event === null) return undefined;
    const values = abi.decodeEventLog(event, data, topics);
    const args = event.inputs.map((input, at) => {
      const value = input.baseType === "string" ? textOf(event, data, input) : plain(input, values[at]);
      return [input.name, value] as const;
    });
    return { part, name: event.name, args: Object.fromEntries(args) };
  };
}

/** The log of an event, without its place: what `eventDecoder` reads back. */
export function encodeEvent(
  deployment: PartAddresses,
  {
    part,
    name,
    args,
  }: { readonly part: EventPart; readonly name: string; readonly args: readonly unknown[] },
): { readonly address: Address; readonly topics: readonly string[]; readonly data: string } {
  const abi: Interface = INTERFACES[part];
  const { topics, data } = abi.encodeEventLog(name, [...args]);
  return { address: deployment[part], topics, data };
}

/** Most characters of a text that are read: it is as long as its author pays for. */
const MOST_CHARACTERS = 8_192;

/**
 * A text of an event. No contract looks whether it is UTF-8, and ethers throws where it is none: so its bytes are read, with
 * U+FFFD for what is no text, zero bytes among it, which PostgreSQL refuses.
 */
function textOf({ inputs }: EventFragment, data: string, text: ParamType): string {
  const inData = inputs.filter(({ indexed }) => indexed !== true);
  const types = inData.map((input) => (input.baseType === "string" ? "bytes" : input));
  const bytes = getBytes(AbiCoder.defaultAbiCoder().decode(types, data)[inData.indexOf(text)] as string);
  const read = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, 4 * MOST_CHARACTERS));
  return read.slice(0, MOST_CHARACTERS).replaceAll("\0", "\ufffd").toWellFormed();
}

function plainStruct(inputs: readonly ParamType[], values: Result): EventArgs {
  return Object.fromEntries(inputs.map((input, at) => [input.name, plain(input, values[at])]));
}

function plain(type: ParamType, value: unknown): EventValue {
  if (type.baseType === "tuple") return plainStruct(type.components ?? [], value as Result);
  if (type.baseType === "array")
    return [...(value as Result)].map((item) => plain(type.arrayChildren as ParamType, item));
  if (typeof value !== "bigint") return value as EventValue;
  const bits = Number(/\d+$/.exec(type.baseType)?.[0] ?? 256);
  return bits <= 48 ? Number(value) : value.toString();
}
