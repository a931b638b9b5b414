import type { ApiEvent } from "onus/api";

import { sentence } from "../format.ts";
import type { HashKind } from "./hash.tsx";

/** A piece of a sentence about an event: words, or something that has a hash. */
export type Piece = string | { readonly kind: HashKind; readonly arg: string };

const claim = { kind: "claim", arg: "claimId" } as const;
const child = { kind: "claim", arg: "childClaim" } as const;
const parent = { kind: "claim", arg: "parentClaim" } as const;
const operator = { kind: "operator", arg: "operator" } as const;
const model = { kind: "model", arg: "modelId" } as const;
const session = { kind: "session", arg: "session" } as const;
const receipt = { kind: "receipt", arg: "receiptHash" } as const;
const account = (arg: string) => ({ kind: "account", arg }) as const;

/** What the events mean, in the order of the interfaces. */
const SENTENCES: Readonly<Record<string, readonly Piece[]>> = {
  ModelPublished: [account("publisher"), "published", model],
  ModelRetired: [model, "was retired"],
  OperatorRegistered: [operator, "registered"],
  OperatorJailed: [operator, "was jailed"],
  SignerAdded: [operator, "signs with", account("signer"), "too"],
  SignerRevoked: [operator, "revoked its signer", account("signer")],
  Deposited: [operator, "has more stake"],
  ExitRequested: [operator, "takes stake out"],
  PenaltyBooked: ["penalty of", operator, "booked for", account("beneficiary")],
  RecordSharePulled: [account("requester"), "pulled the share of a record"],
  BeneficiarySharePulled: [account("beneficiary"), "pulled the beneficiary's share"],
  PenaltyBurned: ["the rest of a penalty was burned"],
  ClaimSubmitted: [operator, "submitted", claim, "with", model],
  ClaimContested: [claim, "is contested"],
  ClaimReleased: [claim, "has one open session less"],
  ClaimFinalized: [claim, "of", operator, "is final"],
  ClaimFaulted: [claim, "of", operator, "fell"],
  ReceiptFaulted: [receipt, "of", operator, "is broken"],
  ClaimNoted: [claim, "counts in the standing of", operator],
  SessionOpened: [account("asker"), "opened", session],
  Asked: ["question in", session],
  Answered: ["answer in", session],
  TraceStated: ["trace root stated for", claim],
  SessionClosed: [session, "was closed"],
  SilenceProven: ["silence proven in", session, "by", account("asker")],
  SessionSettled: [session, "was settled"],
  EdgeStated: [child, "states that it was made from", parent],
  EdgeBound: [child, "is bound to", parent, "by a tensor"],
  ForeignParentShown: [child, "names a parent in another deployment"],
  TaintPushed: [child, "is tainted through", parent],
  ReceiptPresented: [receipt, "of", operator, "was presented"],
  Complained: [account("complainant"), "complains about", receipt],
  ComplaintAnswered: [receipt, "is kept, in", claim],
  ComplaintUpheld: ["no claim answered the complaint about", receipt],
  EquivocationProven: [
    ...[operator, "signed two answers to one request:"],
    ...[{ kind: "receipt", arg: "one" } as const, "and", { kind: "receipt", arg: "other" } as const],
  ],
};

/** An event as a sentence; one that has none by its name. */
export const sayEvent = ({ name }: Pick<ApiEvent, "name">): readonly Piece[] =>
  SENTENCES[name] ?? [sentence(name)];

/** Before a hash that has no name, what kind of thing it is. */
export const nounOf = (kind: HashKind): string => (kind === "account" || kind === "other" ? "" : `${kind} `);
