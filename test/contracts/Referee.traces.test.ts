import { expect } from "chai";
import { network } from "hardhat";

import type { Claim } from "../../src/claim/claim.js";
import {
  absentNodeEvidence,
  elementEvidence,
  outputRootEvidence,
  paddingEvidence,
} from "../../src/dispute/evidence.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { bytes32From, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { deployedProtocol, publishAndSign } from "../support/deployed.js";
import { ELEMENT, KERNEL, threeOperandScene, truth } from "../support/element-scene.js";
import { noise, stage } from "../support/exhibit.js";
import type { Scene, Staged } from "../support/exhibit.js";
import { FAULT } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers } = connection;
const deployed = () => deployedProtocol(connection);
/** The record in dispute, of three. */
const RECORD = 1;

describe("Referee: a trace that was stated on demand", () => {
  let place: Awaited<ReturnType<typeof deployed>>;
  beforeEach(async () => {
    place = await networkHelpers.loadFixture(deployed);
  });

  const staged = async (options: Partial<Scene> & { lie?: boolean } = {}): Promise<Staged> => {
    const registry = place.publisher.contracts.registryPlace;
    const all = { records: 3, recordIndex: RECORD, traceRoot: ZERO_HASH, ...options };
    const { claim, exhibit } = await publishAndSign(place, stage(threeOperandScene(registry, all)));
    return { claim, exhibit };
  };
  const state = (claim: Claim, recordIndex: number, traceRoot: Bytes32) =>
    place.operator.contracts.inquiry.stateTraces(claim, [{ recordIndex, traceRoot, session: ZERO_HASH }]);
  const judge = (claim: Claim, evidence: Uint8Array) =>
    place.challenger.contracts.referee.judge(claim, evidence);
  const traceOf = ({ exhibit }: Staged) => bytes32From(exhibit.trace.lists.trace.root);
  const refuses = (claim: Claim, evidence: Uint8Array, error: string) =>
    expect(judge(claim, evidence)).to.be.revertedWithCustomError(place.challenger.contracts.referee, error);

  /** What evidence proves once the trace is stated, and not before, nor by a statement about another record. */
  async function binds(lie: Staged, evidence: Uint8Array, fault: keyof typeof FAULT) {
    await refuses(lie.claim, evidence, "TraceNotStated");
    await state(lie.claim, RECORD - 1, traceOf(lie));
    await state({ ...lie.claim, nonce: lie.claim.nonce + 1n }, RECORD, traceOf(lie));
    await refuses(lie.claim, evidence, "TraceNotStated");
    await state(lie.claim, RECORD, traceOf(lie));
    expect(await judge(lie.claim, evidence)).to.equal(FAULT[fault]);
  }

  it("convicts an element, and the claim falls", async () => {
    const lie = await staged({ lie: true });
    const evidence = elementEvidence(lie.exhibit, { kernel: KERNEL, element: ELEMENT });
    await binds(lie, evidence, "Element");
    await place.operator.contracts.claims.submit(lie.claim);
    const { referee, claims } = place.challenger.contracts;
    await expect(referee.convict(lie.claim, evidence, place.challenger.address)).to.emit(
      claims,
      "ClaimFaulted",
    );
  });

  it("convicts an output that is not the trace's", async () => {
    const lie = await staged({ items: { output: [Buffer.from(noise("output").slice(2), "hex")] } });
    await binds(lie, outputRootEvidence(lie.exhibit, 0), "OutputRoot");
  });

  it("convicts padding of a kernel's tensor", async () => {
    const bytes = new Uint8Array(128);
    bytes.set(bytesOfTensor(truth));
    bytes[127] = 1;
    const lie = await staged({ bytes: new Map([[3, bytes]]) });
    await binds(lie, paddingEvidence(lie.exhibit, { list: "trace", index: 1 }), "Padding");
  });

  it("convicts what stands beyond its count", async () => {
    const scene = threeOperandScene(place.publisher.contracts.registryPlace);
    const table = [...scene.table.slice(0, 3), scene.table[2]!, scene.table[3]!];
    const tensors = [...scene.tensors.slice(0, 3), scene.tensors[2]!, scene.tensors[3]!];
    const items = [0, 1, 2, 3].map((i) => Buffer.from(noise("item", i).slice(2), "hex"));
    const lie = await staged({ table, tensors, items: { trace: items } });
    await binds(lie, absentNodeEvidence(lie.exhibit, { list: "trace", position: 3 }), "AbsentNode");
  });

  it("is not needed where the evidence is about input and output alone", async () => {
    const bytes = new Uint8Array(128);
    bytes[127] = 1;
    const lie = await staged({ bytes: new Map([[3, bytes]]) });
    expect(await judge(lie.claim, paddingEvidence(lie.exhibit, { list: "output", index: 0 }))).to.equal(
      FAULT.Padding,
    );
  });

  it("reverts with WrongTrace where another one was stated than the evidence opens", async () => {
    const lie = await staged({ lie: true });
    const evidence = elementEvidence(lie.exhibit, { kernel: KERNEL, element: ELEMENT });
    await state(lie.claim, RECORD, noise("another trace"));
    await refuses(lie.claim, evidence, "WrongTrace");
  });

  it("never speaks for a record that states its trace itself", async () => {
    const registry = place.publisher.contracts.registryPlace;
    const scene = threeOperandScene(registry, { lie: true, records: 3, recordIndex: RECORD });
    const { claim, exhibit } = await publishAndSign(place, stage(scene));
    await state(claim, RECORD, noise("another trace"));
    const evidence = elementEvidence(exhibit, { kernel: KERNEL, element: ELEMENT });
    expect(await judge(claim, evidence)).to.equal(FAULT.Element);
  });
});
