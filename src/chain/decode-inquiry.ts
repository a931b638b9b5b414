import type { SessionView, Stage } from "../dispute/dispute-view.js";
import { STAGES } from "../dispute/dispute-view.js";
import { FORM, LIST } from "../dispute/question.js";
import type { Form, ListName, Place, QuestionKey } from "../dispute/question.js";
import type { Address } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { AskedEvent } from "../../typechain-types/interfaces/IInquiry.js";
import type { IInquiry } from "../../typechain-types/index.js";

/** `Place.tensor` of what stands in a list itself; contracts/types/Question.sol. */
const NO_TENSOR = 0xffff_ffff;

const nameOf = <Name extends string>(codes: Readonly<Record<Name, number>>, code: bigint): Name => {
  const found = (Object.keys(codes) as Name[]).find((name) => codes[name] === Number(code));
  if (found === undefined) throw new RangeError(`code ${code} is none of ${Object.keys(codes).join(", ")}`);
  return found;
};

/** A `Place` as the contract has it. */
export type PlaceCodes = Readonly<Record<"list" | "level" | "record" | "tensor" | "index", bigint>>;

export const formOf = (code: bigint): Form => nameOf(FORM, code);
export const stageOf = (code: bigint): Stage => STAGES[Number(code)] ?? "none";

/** The question of an event `Asked`. */
export function decodeAsked(
  asked: Pick<AskedEvent.OutputObject, "key" | "form" | "levels" | "subject"> & {
    readonly place: PlaceCodes;
  },
): QuestionKey & { readonly place: Place } {
  const { list, level, record, tensor, index } = asked.place;
  const inside = Number(tensor) === NO_TENSOR ? {} : { tensor: Number(tensor) };
  return {
    key: asBytes32(asked.key),
    form: formOf(asked.form),
    levels: Number(asked.levels),
    subject: asBytes32(asked.subject),
    place: {
      list: nameOf<ListName>(LIST, list),
      record: Number(record),
      ...inside,
      level: Number(level),
      index: Number(index),
    },
  };
}

/** The same of an event's arguments as JSON has them (`eventDecoder`). */
export function decodeAskedArgs(args: {
  readonly key: string;
  readonly form: number;
  readonly levels: number;
  readonly subject: string;
  readonly place: Readonly<Record<keyof PlaceCodes, number>>;
}): QuestionKey & { readonly place: Place } {
  const { list, level, record, tensor, index } = args.place;
  return decodeAsked({
    ...args,
    form: BigInt(args.form),
    levels: BigInt(args.levels),
    place: {
      list: BigInt(list),
      level: BigInt(level),
      record: BigInt(record),
      tensor: BigInt(tensor),
      index: BigInt(index),
    },
  });
}

/** A session as the contract keeps it, with its last question from the events. */
export function decodeSession(
  id: Bytes32,
  state: IInquiry.SessionStruct | IInquiry.SessionStructOutput,
  known: { readonly asker: Address; readonly question: SessionView["question"] },
): SessionView {
  const { stage, rounds, askedAt, answererLeft, askerLeft, deposit, bond, owed, payees } = state;
  return {
    id,
    asker: known.asker,
    stage: stageOf(BigInt(stage)),
    rounds: Number(rounds),
    askedAt: asSeconds(BigInt(askedAt)),
    answererLeft: asSeconds(BigInt(answererLeft)),
    askerLeft: asSeconds(BigInt(askerLeft)),
    question: known.question,
    deposit: asWei(BigInt(deposit)),
    bond: asWei(BigInt(bond)),
    owed: asWei(BigInt(owed)),
    payees: Number(payees),
  };
}
