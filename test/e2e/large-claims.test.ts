import { expect } from "chai";
import { getBytes } from "ethers";
import { network } from "hardhat";

import { callOfMove } from "../../src/chain/move-call.js";
import { convictClaim } from "../../src/chain/convict-claim.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { elementEvidence } from "../../src/dispute/evidence.js";
import { allocateTensor } from "../../src/program/dtype.js";
import { product } from "../../src/program/kernel.js";
import { deployedProtocol, publishAndSign } from "../support/deployed.js";
import type { Deployed } from "../support/deployed.js";
import { stage } from "../support/exhibit.js";
import { recordGas } from "../support/gas.js";
import { conv, dim, dot, elementwise, load, sceneOf, small } from "../support/kernel-shapes.js";
import type { KernelShape } from "../support/kernel-shapes.js";

const connection = await network.create();
const { loadFixture } = connection.networkHelpers;
const deployed = (): Promise<Deployed> => deployedProtocol(connection);

const RECORDS = 20_000;
/** Near the end, so that its index has no bytes of zero to save. */
const INDEX = 19_999;

/** What a transaction costs at least, by the bytes of its calldata (EIP-7623). */
function floorOf(data: string): bigint {
  const zeros = getBytes(data).filter((byte) => byte === 0).length;
  return 21_000n + 10n * BigInt(zeros + 4 * (getBytes(data).length - zeros));
}

/** Gas of a submission and of a conviction, where the record in dispute is one of so many. */
async function costOf(shape: KernelShape, records: number, recordIndex: number) {
  const protocol = await loadFixture(deployed);
  const { operator, challenger } = protocol;
  const own = allocateTensor(shape.kernel.dtype, product(shape.kernel.shape)).fill(1.5);
  const scene = sceneOf(shape, { registry: operator.contracts.registryPlace, own });
  const { claim, exhibit } = await publishAndSign(protocol, stage({ ...scene, records, recordIndex }));
  const { gasUsed: submit } = await submitClaim(operator.contracts, claim);
  const kernel = exhibit.committed.artifact.kernels.length - 1;
  const evidence = elementEvidence(exhibit, { kernel, element: shape.element });
  const { contracts, address } = challenger;
  const { gasUsed: convict } = await convictClaim({ contracts, claim, evidence, beneficiary: address });
  const { data } = callOfMove({
    contracts,
    claim,
    move: { kind: "convict", evidence },
    beneficiary: address,
  });
  return { submit, convict, isFloor: convict === floorOf(data) };
}

/** out[m, n] = Σ_k x[m, k] · w[k, n]: each k reads another leaf, most of whose bytes nobody needs. */
function columns(k: number): KernelShape {
  const shape = dot(k, { dtype: "i8", x: small, w: small });
  const [x] = shape.kernel.loads;
  const width = 65_536 / k;
  const w = load(1, "i8", [dim(k, [0, 0, 1]), dim(width, [0, 1, 0])]);
  return { ...shape, name: `columns i8 K = ${k}`, kernel: { ...shape.kernel, loads: [x!, w] } };
}

const shapes: readonly {
  readonly name: string;
  readonly shape: KernelShape;
  readonly bound: "execution" | "calldata";
}[] = [
  { name: "f32 dot K = 512", shape: dot(512), bound: "execution" },
  { name: "convolution 3×3×64", shape: conv(64), bound: "execution" },
  { name: "i8 dot K = 2048", shape: dot(2048, { dtype: "i8", x: small, w: small }), bound: "execution" },
  { name: "i8 columns, K = 256", shape: columns(256), bound: "calldata" },
  { name: "elementwise, three loads", shape: elementwise(), bound: "execution" },
];

describe("e2e: claims of 20,000 records", function () {
  this.timeout(240_000);

  for (const { name, shape, bound } of shapes) {
    it(`${name}: opening one record adds what a path of 15 siblings costs, and submitting adds nothing`, async () => {
      const alone = await costOf(shape, 1, 0);
      const among = await costOf(shape, RECORDS, INDEX);
      recordGas(`submit, 20,000 records, ${name}`, among.submit);
      recordGas(`opening one of 20,000 records, ${name}`, among.convict - alone.convict);
      expect(Number(among.submit)).to.be.at.most(75_000);
      expect(among.isFloor ? "calldata" : "execution").to.equal(bound);
      expect(Number(among.convict - alone.convict)).to.be.at.most(bound === "calldata" ? 20_000 : 12_000);
    });
  }
});
