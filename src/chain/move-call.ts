import type { Claim } from "../claim/claim.js";
import type { Move } from "../dispute/move.js";
import { FORM } from "../dispute/question.js";
import type { Address } from "../types/address.js";
import { ZERO_HASH } from "../types/bytes32.js";
import { finalizeCall } from "./claim-calls.js";
import { requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";

/** A move that is a transaction. */
export type ChainMove = Exclude<Move, { readonly kind: "wait" | "rest" }>;

/** A transaction before it has gas and fees. `call` names it: "Inquiry.ask". */
export type Call = {
  readonly call: string;
  readonly to: Address;
  readonly data: string;
  /** Wei */
  readonly value: bigint;
};

/** The transaction that a move describes. A proof pays `beneficiary`. */
export function callOfMove(args: {
  contracts: Contracts;
  claim: Claim;
  move: ChainMove;
  beneficiary: Address;
}): Call {
  const { contracts, claim, move, beneficiary } = args;
  const { referee, inquiry, workbench, deployment } = contracts;
  const ask = (call: string, data: string, value = 0n): Call => {
    requirePart(contracts, "inquiry");
    return { call: `Inquiry.${call}`, to: deployment.inquiry, data, value };
  };
  const work = (call: string, data: string): Call => {
    requirePart(contracts, "workbench");
    return { call: `Workbench.${call}`, to: deployment.workbench, data, value: 0n };
  };
  switch (move.kind) {
    case "convict": {
      const data = referee.interface.encodeFunctionData("convict", [claim, move.evidence, beneficiary]);
      return { call: "Referee.convict", to: deployment.referee, data, value: 0n };
    }
    case "finalize":
      return finalizeCall(contracts, claim);
    case "open": {
      const { nonce, question, value } = move;
      return ask(
        "open",
        inquiry.interface.encodeFunctionData("open", [claim, nonce, question.stream]),
        value,
      );
    }
    case "ask": {
      const { session, question, value } = move;
      return ask(
        "ask",
        inquiry.interface.encodeFunctionData("ask", [claim, session, question.stream]),
        value,
      );
    }
    case "answer": {
      const { session, to, data } = move;
      const given = [session, FORM[to.form], to.levels, data] as const;
      return ask("answer", inquiry.interface.encodeFunctionData("answer", [...given]));
    }
    case "state-traces": {
      const statements = move.statements.map(({ session = ZERO_HASH, ...stated }) => ({
        ...stated,
        session,
      }));
      return ask("stateTraces", inquiry.interface.encodeFunctionData("stateTraces", [claim, statements]));
    }
    case "time-out":
      return ask("timeOut", inquiry.interface.encodeFunctionData("timeOut", [claim, move.session]));
    case "close":
      return ask("close", inquiry.interface.encodeFunctionData("close", [claim, move.session]));
    case "settle":
      return ask("settle", inquiry.interface.encodeFunctionData("settle", [claim, move.session]));
    case "open-job":
      return work(
        "open",
        workbench.interface.encodeFunctionData("open", [claim, move.evidence, beneficiary]),
      );
    case "advance-job":
    case "finish-job": {
      const name = move.kind === "advance-job" ? "advance" : "finish";
      const context = { ...move.context, operands: [...move.context.operands] };
      const given = [claim, context, beneficiary, move.evidence] as const;
      // Two calls of one shape, which the types know only by name.
      return work(name, workbench.interface.encodeFunctionData(name as "advance", [...given]));
    }
  }
}
