import type { ContractTransactionResponse } from "ethers";

import { convictClaim } from "../../src/chain/convict-claim.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { claimId as claimIdOf } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import { jobId } from "../../src/dispute/job-id.js";
import { proofPlan, stagedProof } from "../../src/dispute/plan-stages.js";
import { predictProof } from "../../src/program/predict-proof.js";
import type { StagedProof } from "../../src/dispute/plan-stages.js";
import type { Address } from "../../src/types/address.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import type { Place } from "../../src/types/place.js";
import { asAddress } from "../../src/types/address.js";
import type { IWorkbench } from "../../typechain-types/index.js";
import { stageDear, tableOf } from "./dearest.js";
import type { DearKernel } from "./dear-kernels.js";
import { publishAndSign } from "./deployed.js";
import type { Deployed } from "./deployed.js";

export const TRANSACTION_GAS = 16_777_216;

/** Where the jobs of a deployment live. */
export async function workbenchPlace({ connection, challenger }: Deployed): Promise<Place> {
  const { chainId } = await connection.ethers.provider.getNetwork();
  return { chainId, contract: asAddress(await challenger.contracts.workbench.getAddress()) };
}

/** One transaction of a staged proof. */
export type Step = {
  readonly what: "open" | "advance" | "finish";
  readonly gas: number;
  readonly calldataBytes: number;
  /** Of a stage: what the planner said. */
  readonly predicted?: { readonly gas: number; readonly calldataBytes: number };
};

/**
 * Proves an element wrong on the workbench. Before every transaction the proof is planned afresh, from what the chain
 * says of the job and from nothing else.
 */
export async function proveInStages(args: {
  workbench: IWorkbench;
  place: Place;
  claim: Claim;
  claimId: Bytes32;
  beneficiary: Address;
  plan: () => StagedProof;
  /** Stages after which to stop; all of them when absent. */
  stages?: number;
}): Promise<Step[]> {
  const { workbench, place, claim, claimId, beneficiary, plan, stages = Infinity } = args;
  const steps: Step[] = [];
  const sent = async (
    what: Step["what"],
    pending: Promise<ContractTransactionResponse>,
    predicted?: Step["predicted"],
  ): Promise<void> => {
    const response = await pending;
    const receipt = await response.wait();
    const calldataBytes = (response.data.length - 2) / 2;
    const gas = Number(receipt?.gasUsed);
    steps.push({ what, gas, calldataBytes, ...(predicted === undefined ? {} : { predicted }) });
  };
  const gasLimit = TRANSACTION_GAS;
  for (;;) {
    const { context, openEvidence, stageFrom, finishEvidence } = plan();
    const { isOpen, next } = await workbench.jobOf(jobId({ claimId, context, beneficiary }, place));
    if (!isOpen) {
      await sent("open", workbench.open(claim, openEvidence(), beneficiary, { gasLimit }));
    } else if (Number(next) < context.reduction) {
      const { evidence, gas, calldataBytes } = stageFrom(Number(next));
      const pending = workbench.advance(claim, jobArgument(context), beneficiary, evidence, { gasLimit });
      await sent("advance", pending, { gas, calldataBytes });
      if (steps.length > stages) return steps;
    } else {
      const pending = workbench.finish(claim, jobArgument(context), beneficiary, finishEvidence(), {
        gasLimit,
      });
      await sent("finish", pending);
      return steps;
    }
  }
}

/** A context as a contract takes it. */
export const jobArgument = (context: StagedProof["context"]): IWorkbench.ContextStruct => ({
  ...context,
  operands: context.operands.map((operand) => ({ ...operand })),
});

/**
 * Publishes, claims and proves wrong the only element of a kernel in one transaction: its gas, and what was predicted.
 * Undefined where stages are planned.
 */
export async function proveAtOnce(
  protocol: Deployed,
  dear: DearKernel,
): Promise<{ readonly gas: number; readonly predicted: number } | undefined> {
  const { operator, challenger } = protocol;
  const staged = stageDear(dear, operator.contracts.registryPlace);
  const { claim, exhibit } = await publishAndSign(protocol, staged);
  const plan = proofPlan(exhibit, { kernel: 0, element: 0 });
  if (plan.kind === "staged") return undefined;
  await submitClaim(operator.contracts, claim);
  const { gasUsed } = await convictClaim({
    contracts: challenger.contracts,
    claim,
    evidence: plan.evidence,
    beneficiary: challenger.address,
  });
  const context = { kernels: 1, weights: 0, records: 1 };
  return { gas: Number(gasUsed), predicted: predictProof(dear.kernel, tableOf(dear.kernel), context).gas };
}

export type DearestProven = {
  readonly steps: readonly Step[];
  /** The element as the chain computed it, and as the interpreter does. */
  readonly computed: number;
  readonly truth: number;
  /** Of the claim. */
  readonly phase: number;
};

/** Publishes, claims and proves wrong the only element of a dear kernel. */
export async function proveDearest(
  protocol: Deployed,
  dear: DearKernel,
  stages?: number,
): Promise<DearestProven> {
  const { operator, challenger } = protocol;
  const staged = stageDear(dear, operator.contracts.registryPlace);
  const { claim, exhibit } = await publishAndSign(protocol, staged);
  await submitClaim(operator.contracts, claim);
  const { workbench } = challenger.contracts;
  const id = claimIdOf(claim, operator.contracts.claimPlace);
  const steps = await proveInStages({
    workbench,
    place: await workbenchPlace(protocol),
    claim,
    claimId: id,
    beneficiary: challenger.address,
    // In stages also where one transaction would be enough.
    plan: () => stagedProof(exhibit, { kernel: 0, element: 0 }, dear.kernel),
    ...(stages === undefined ? {} : { stages }),
  });
  const [finished] = await workbench.queryFilter(workbench.filters.JobFinished(), -1);
  const { phase } = await challenger.contracts.claims.stateOf(id);
  return { steps, computed: Number(finished?.args.computed), truth: staged.truth, phase: Number(phase) };
}
