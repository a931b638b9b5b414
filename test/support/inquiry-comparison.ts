import { expect } from "chai";

import type { Bytes32 } from "../../src/types/bytes32.js";
import type { InquiryGround } from "./inquiry-ground.js";
import type { InquiryModel, Subject } from "./inquiry-model.js";
import { NOWHERE } from "./protocol.js";

/** What of a play can be looked up. */
export type Looked = {
  readonly shadow: InquiryModel;
  readonly now: bigint;
  /** Of sessions, in the order of the definition's. */
  readonly ids: readonly Bytes32[];
  /** Of everything that was ever asked. */
  readonly keys: Iterable<Bytes32>;
  readonly accounts: readonly string[];
};

const STAGES = ["NONE", "OPEN", "CLOSED", "SETTLED"];
const PHASES = ["NONE", "OPEN", "CONTESTED", "FINAL", "FAULTED"];

/** Base fee and bytes of the answer for which a deposit is reckoned. */
const DEPOSIT = { baseFee: 29n, bytes: 2_048n };

/**
 * Compares every field of everything with the definition, and what the contract holds with what it answers for. The views
 * are read in one call: tens of them, after every action of thousands.
 */
export async function compareWithModel(ground: InquiryGround, looked: Looked): Promise<void> {
  const { shadow, ids, keys, accounts, now } = looked;
  const { inquiry, claimBook, modelRegistry, readings } = ground.addresses;
  const list: string[] = [];
  const expected: { readonly name: string; readonly values: readonly (bigint | undefined)[] }[] = [];
  const look = (
    source: string,
    [view, ...words]: readonly [View, ...bigint[]],
    ...values: readonly (bigint | undefined)[]
  ): void => {
    const data = SELECTORS(ground)[view].slice(2) + words.map(wordOf).join("");
    list.push(source.slice(2), (data.length / 2).toString(16).padStart(4, "0"), data);
    expected.push({ name: `${view}(${words.map(wordOf).join(", ")})`, values });
  };

  for (const [i, session] of shadow.sessions.entries()) {
    look(
      inquiry,
      ["sessionOf", BigInt(ids[i]!)],
      BigInt(session.asker),
      BigInt(STAGES.indexOf(session.stage)),
      BigInt(session.rounds),
      session.askedAt,
      session.answererLeft,
      BigInt(subjectId(ground, session.subject)),
      BigInt(session.key),
      session.deposit,
      session.bond,
      session.baseFee,
      shadow.owedBy(session),
      session.askerLeft,
      session.heldFor,
      BigInt(session.owed.length),
    );
  }
  for (const key of keys) look(inquiry, ["answeredAt", BigInt(key)], shadow.answeredAt.get(key) ?? 0n);
  for (const account of accounts) {
    const word = BigInt(account);
    const sessions = BigInt(shadow.openSessionsAgainst(account));
    look(inquiry, ["openSessionsAgainst", word], sessions);
    look(inquiry, ["balanceOf", word], shadow.balances.get(account) ?? 0n);
    look(modelRegistry, ["bondShareOf", word], shadow.bondShares.get(account) ?? 0n);
  }
  look(inquiry, ["burnableBonds"], shadow.burnable);
  look(inquiry, ["totalHeld"], shadow.held());
  for (const [i, claim] of shadow.claims.entries()) {
    const id = BigInt(ground.claims[i]!.claimId);
    // A verdict leaves the count of sessions as it found it: only a settlement still reads it.
    const sessions = claim.decidedAt === 0n ? BigInt(shadow.openSessionsOf(i).length) : undefined;
    const phase = BigInt(PHASES.indexOf(claim.phase));
    look(
      claimBook,
      ["stateOf", id],
      phase,
      sessions,
      claim.submittedAt,
      claim.finalizableAt,
      claim.decidedAt,
    );
    for (let record = 0; record < claim.records; record++) {
      const root = BigInt(shadow.statedTrace(i, record) ?? 0n);
      look(inquiry, ["statedTrace", id, BigInt(record)], root);
    }
    const { operator, liability } = claim;
    const least = shadow.depositFor(operator, liability, DEPOSIT);
    const words = [BigInt(operator), liability, DEPOSIT.bytes, DEPOSIT.baseFee];
    look(inquiry, ["depositFor", ...words], least);
  }
  for (const [i, { modelId }] of ground.models.entries()) {
    look(modelRegistry, ["bondOf", BigInt(modelId)], shadow.models[i]!.bond);
  }

  // Solvency: an account by itself is read as its balance.
  for (const [name, account, value] of [
    ["balance of the inquiry", inquiry, shadow.held()],
    ["burned", NOWHERE, shadow.burned],
  ] as const) {
    list.push(account.slice(2), "0000");
    expected.push({ name, values: [value] });
  }

  const all = await ground.wire.readAll(readings, list.join(""));
  let at = 0;
  for (const { name, values } of expected) {
    for (const [i, value] of values.entries()) {
      const actual = BigInt(`0x${all.slice(at, at + 64)}`);
      at += 64;
      if (value !== undefined && actual !== value) {
        expect(actual, `${name}, word ${i}, at ${now}`).to.equal(value);
      }
    }
  }
}

export function subjectId(ground: InquiryGround, { kind, index }: Subject): Bytes32 {
  return kind === "claim" ? ground.claims[index]!.claimId : ground.models[index]!.modelId;
}

const OF_INQUIRY = [
  "sessionOf",
  "answeredAt",
  "openSessionsAgainst",
  "balanceOf",
  "burnableBonds",
  "totalHeld",
  "statedTrace",
  "depositFor",
] as const;
const OF_REGISTRY = ["bondShareOf", "bondOf"] as const;
type View = (typeof OF_INQUIRY)[number] | (typeof OF_REGISTRY)[number] | "stateOf";

let selectors: Record<View, string> | undefined;

function SELECTORS({ inquiry, protocol }: InquiryGround): Record<View, string> {
  selectors ??= Object.fromEntries([
    ...OF_INQUIRY.map((view) => [view, inquiry.interface.getFunction(view).selector]),
    ...OF_REGISTRY.map((view) => [view, protocol.modelRegistry.interface.getFunction(view).selector]),
    ["stateOf", protocol.claimBook.interface.getFunction("stateOf").selector],
  ]) as Record<View, string>;
  return selectors;
}

const wordOf = (value: bigint): string => value.toString(16).padStart(64, "0");
