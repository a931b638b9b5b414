import { dividePenalty } from "../../src/slash/divide-penalty.js";
import { asWei } from "../../src/types/wei.js";

/** What the registries should do, in plain numbers: the shadow that random actions are compared with. */
export interface OperatorModel {
  stake: bigint;
  exiting: bigint;
  readyAt: bigint;
  jailed: boolean;
}

export interface ClaimModel {
  readonly operator: number;
  readonly liability: bigint;
  readonly n: number;
  readonly windowEnd: bigint;
  phase: "OPEN" | "CONTESTED" | "FINAL" | "FAULTED";
  sessions: number;
  finalizableAt: bigint;
  decidedAt: bigint;
  pulled: Set<number>;
  beneficiaryPaid: boolean;
  burned: bigint;
}

export const PULL_PERIOD = 90n * 86_400n;

export class StakeModel {
  readonly operators: OperatorModel[] = [];
  readonly claims: ClaimModel[] = [];
  /** Penalties of receipts, as fallen claims of one record. */
  readonly receipts: ClaimModel[] = [];
  /** Wei that left by withdrawal, pulls and burns. */
  withdrawn = 0n;
  pulled = 0n;
  burned = 0n;

  lockedOf(operator: number): bigint {
    return this.claims
      .filter(
        (claim) => claim.operator === operator && (claim.phase === "OPEN" || claim.phase === "CONTESTED"),
      )
      .reduce((sum, claim) => sum + claim.liability, 0n);
  }

  freeOf(operator: number): bigint {
    const { stake, exiting } = this.operators[operator]!;
    return stake - exiting - this.lockedOf(operator);
  }

  /** Wei the registry answers for. */
  held(): bigint {
    const stakes = this.operators.reduce((sum, { stake }) => sum + stake, 0n);
    return [...this.claims, ...this.receipts]
      .filter(({ phase }) => phase === "FAULTED")
      .reduce((sum, claim) => sum + claim.liability - this.paidOf(claim) - claim.burned, stakes);
  }

  paidOf(claim: ClaimModel): bigint {
    const { beneficiary, perRecord } = dividePenalty(asWei(claim.liability), claim.n);
    return perRecord * BigInt(claim.pulled.size) + (claim.beneficiaryPaid ? beneficiary : 0n);
  }

  /** Wei that a burn at `now` takes; 0 when there is nothing. */
  burnableOf(claim: ClaimModel, now: bigint): bigint {
    const due =
      now >= claim.decidedAt + PULL_PERIOD
        ? claim.liability - this.paidOf(claim)
        : dividePenalty(asWei(claim.liability), claim.n).burned;
    return due - claim.burned;
  }
}
