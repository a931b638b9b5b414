import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { claimId } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import { jobId } from "../../src/dispute/job-id.js";
import { stagedProof } from "../../src/dispute/plan-stages.js";
import type { StagedProof } from "../../src/dispute/plan-stages.js";
import { encodeKernel } from "../../src/program/codec.js";
import type { TensorData } from "../../src/program/dtype.js";
import type { Kernel } from "../../src/program/kernel.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { interpretKernel } from "../../src/run/interpreter.js";
import { asAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import type { Place } from "../../src/types/place.js";
import {
  Evaluator__factory,
  IWorkbench__factory,
  WorkbenchHost__factory,
  Workbench__factory,
} from "../../typechain-types/index.js";
import type { IWorkbench, WorkbenchHost } from "../../typechain-types/index.js";
import { flipBit, stage } from "./exhibit.js";
import type { Scene } from "./exhibit.js";
import { dim, load } from "./kernel-shapes.js";
import { PHASE } from "./protocol.js";

export const K = 96;
const OUTPUTS = 5;
export const ELEMENT = 3;
export const KERNEL = 1;

/** out[n] = bias[n] + Σ_k (x[k] + y[k]) · w[n, k] over an input x, weights w and bias, and the output y of a kernel. */
export const biased: Kernel = {
  shape: [OUTPUTS],
  reduce: [K],
  reducer: "sum",
  dtype: "f32",
  loads: [
    load(0, "f32", [dim(K, [0, 1])]),
    load(1, "f32", [dim(OUTPUTS, [1, 0]), dim(K, [0, 1])]),
    load(3, "f32", [dim(K, [0, 1])]),
    load(2, "f32", [dim(OUTPUTS, [1, 0])]),
  ],
  body: [
    { op: "load", arg: 0 },
    { op: "load", arg: 2 },
    { op: "f32.add" },
    { op: "load", arg: 1 },
    { op: "f32.mul" },
  ],
  tail: [{ op: "acc" }, { op: "load", arg: 3 }, { op: "f32.add" }],
};

const data: TensorData[] = [K, K * OUTPUTS, OUTPUTS, K].map((count, id) =>
  Float32Array.from({ length: count }, (_, i) => Math.fround(Math.sin(i + id))),
);
const truth = interpretKernel(biased, data);
const bitsOf = (of: TensorData): number => new DataView(of.buffer).getUint32(4 * ELEMENT, true);
/** What the kernel computes, as stored. */
export const TRUTH = bitsOf(truth);

/** A workbench with a host in place of the other parts. */
export type WorkbenchBench = {
  readonly host: WorkbenchHost;
  readonly workbench: IWorkbench;
  readonly hostPlace: Place;
  readonly place: Place;
  readonly beneficiary: Address;
  readonly stranger: Address;
};

export async function workbenchBench(ethers: HardhatEthers): Promise<WorkbenchBench> {
  type Three = [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
  const [signer, beneficiary, stranger] = (await ethers.getSigners()) as Three;
  const functions = await (await ethers.deployContract("Transcendental")).getAddress();
  const host = await new WorkbenchHost__factory(signer).deploy(functions);
  await host.deploy(Evaluator__factory.bytecode, Workbench__factory.bytecode);
  const { chainId } = await ethers.provider.getNetwork();
  const workbench = IWorkbench__factory.connect(await host.workbench(), signer);
  return {
    host,
    workbench,
    hostPlace: { chainId, contract: asAddress(await host.getAddress()) },
    place: { chainId, contract: asAddress(await workbench.getAddress()) },
    beneficiary: asAddress(beneficiary.address),
    stranger: asAddress(stranger.address),
  };
}

/** An OPEN claim about a kernel, and how its element is proven wrong, true or not. */
export type JobScene = {
  readonly claim: Claim;
  readonly claimId: Bytes32;
  readonly exhibit: Exhibit;
  readonly proof: StagedProof;
  /** For the bench's beneficiary. */
  readonly job: Bytes32;
};

/** The kernel above, one bit of element 3 flipped unless `honest`. */
export async function biasedScene(
  bench: WorkbenchBench,
  { honest = false, ...rest }: { honest?: boolean } & Partial<Scene> = {},
  kernel = biased,
): Promise<JobScene> {
  const own = honest ? truth : flipBit(truth, { element: ELEMENT, bit: 22 });
  const table: TensorEntry[] = [...data, truth].map(({ length }) => ({ count: length, dtype: "f32" }));
  const scene = {
    ...{ descriptor: encodeKernel(biased), table, tensors: [...data, own], inputs: 1, weights: 2 },
    registry: bench.hostPlace,
    ...rest,
  };
  return openClaim(bench, scene, { kernel, index: KERNEL, element: ELEMENT });
}

export async function openClaim(
  { host, hostPlace, place, beneficiary }: WorkbenchBench,
  scene: Scene,
  { kernel, index, element }: { kernel: Kernel; index: number; element: number },
): Promise<JobScene> {
  const { claim, exhibit } = stage(scene);
  const id = claimId(claim, hostPlace);
  await host.setPhase(id, PHASE.OPEN);
  const proof = stagedProof(exhibit, { kernel: index, element }, kernel);
  const job = jobId({ claimId: id, context: proof.context, beneficiary }, place);
  return { claim, claimId: id, exhibit, proof, job };
}
