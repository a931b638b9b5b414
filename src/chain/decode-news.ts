import type { Log } from "ethers";

import type { Claim } from "../claim/claim.js";
import type { PublishedModel } from "../dispute/dispute-view.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import type {
  ClaimFaultedEvent,
  ClaimFinalizedEvent,
  ClaimSubmittedEvent,
} from "../../typechain-types/interfaces/IClaimBook.js";
import type {
  CreditedEvent,
  SessionOpenedEvent,
  TraceStatedEvent,
} from "../../typechain-types/interfaces/IInquiry.js";
import type { ModelPublishedEvent } from "../../typechain-types/interfaces/IModelRegistry.js";
import type { BeneficiarySharePulledEvent } from "../../typechain-types/interfaces/IOperatorRegistry.js";
import type { Contracts } from "./contracts.js";
import { decodeSubmitted } from "./read-claim.js";
import { decodePublished } from "./read-model.js";

/** What a log says to whoever follows claims. */
export type News =
  | { readonly news: "submitted"; readonly claimId: Bytes32; readonly claim: Claim }
  | { readonly news: "final"; readonly claimId: Bytes32 }
  | { readonly news: "faulted"; readonly claimId: Bytes32; readonly beneficiary: Address }
  | { readonly news: "published"; readonly modelId: Bytes32; readonly model: PublishedModel }
  | { readonly news: "endpoint"; readonly operator: Address; readonly endpoint: string }
  | {
      readonly news: "share-pulled";
      readonly claimId: Bytes32;
      readonly beneficiary: Address;
      readonly amount: Wei;
    }
  | {
      readonly news: "session";
      readonly session: Bytes32;
      readonly claimId: Bytes32;
      readonly asker: Address;
    }
  | {
      readonly news: "trace-stated";
      readonly claimId: Bytes32;
      readonly recordIndex: number;
      readonly traceRoot: Bytes32;
    }
  /** To a question that any claim may be about. */
  | { readonly news: "answered" }
  | { readonly news: "credited"; readonly session: Bytes32; readonly account: Address; readonly amount: Wei };

/** The contracts that tell such news. */
export const addressesOfNews = ({ deployment }: Contracts): readonly Address[] => [
  ...[deployment.claimBook, deployment.modelRegistry, deployment.operatorRegistry, deployment.inquiry],
  deployment.workbench,
];

/** Undefined where a log says nothing of that kind. */
export function decodeNews(
  contracts: Contracts,
  log: Pick<Log, "address" | "topics" | "data">,
): News | undefined {
  const { deployment, claims, models, operators, inquiry } = contracts;
  const abi = {
    [deployment.claimBook]: claims.interface,
    [deployment.modelRegistry]: models.interface,
    [deployment.operatorRegistry]: operators.interface,
    [deployment.inquiry]: inquiry.interface,
  }[parseAddress(log.address)];
  const parsed = abi?.parseLog(log) ?? undefined;
  if (parsed === undefined) return undefined;
  const args = parsed.args as unknown;
  switch (parsed.name) {
    case "ClaimSubmitted": {
      const event = args as ClaimSubmittedEvent.OutputObject;
      return { news: "submitted", claimId: asBytes32(event.claimId), claim: decodeSubmitted(event) };
    }
    case "ClaimFinalized":
      return { news: "final", claimId: asBytes32((args as ClaimFinalizedEvent.OutputObject).claimId) };
    case "ClaimFaulted": {
      const { claimId, beneficiary } = args as ClaimFaultedEvent.OutputObject;
      return { news: "faulted", claimId: asBytes32(claimId), beneficiary: parseAddress(beneficiary) };
    }
    case "ModelPublished": {
      const event = args as ModelPublishedEvent.OutputObject;
      return { news: "published", modelId: asBytes32(event.modelId), model: decodePublished(event) };
    }
    case "OperatorRegistered":
    case "EndpointChanged": {
      const { operator, endpoint } = args as { operator: string; endpoint: string };
      return { news: "endpoint", operator: parseAddress(operator), endpoint };
    }
    case "BeneficiarySharePulled": {
      const { penaltyId, beneficiary, amount } = args as BeneficiarySharePulledEvent.OutputObject;
      const pulled = { beneficiary: parseAddress(beneficiary), amount: asWei(amount) };
      return { news: "share-pulled", claimId: asBytes32(penaltyId), ...pulled };
    }
    case "SessionOpened": {
      const { session, subject, asker } = args as SessionOpenedEvent.OutputObject;
      const opened = { session: asBytes32(session), claimId: asBytes32(subject), asker: parseAddress(asker) };
      return { news: "session", ...opened };
    }
    case "TraceStated": {
      const { claimId, recordIndex, traceRoot } = args as TraceStatedEvent.OutputObject;
      const stated = { recordIndex: Number(recordIndex), traceRoot: asBytes32(traceRoot) };
      return { news: "trace-stated", claimId: asBytes32(claimId), ...stated };
    }
    case "Answered":
      return { news: "answered" };
    case "Credited": {
      const { session, account, amount } = args as CreditedEvent.OutputObject;
      const credited = { account: parseAddress(account), amount: asWei(amount) };
      return { news: "credited", session: asBytes32(session), ...credited };
    }
    default:
      return undefined;
  }
}
