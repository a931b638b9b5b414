import { expect } from "chai";

import { elementEvidence, paddingEvidence } from "../../../src/dispute/evidence.js";
import { readElementEvidence } from "../../../src/dispute/read-element-evidence.js";
import { isOnusError } from "../../../src/errors/onus-error.js";
import { asAddress, ZERO_ADDRESS } from "../../../src/types/address.js";
import { ELEMENT, KERNEL, threeOperandScene, truth } from "../../support/element-scene.js";
import { stage } from "../../support/exhibit.js";

const registry = { chainId: 1n, contract: asAddress(ZERO_ADDRESS) };

describe("reading element evidence", () => {
  const { exhibit } = stage(threeOperandScene(registry, { lie: true, records: 3, recordIndex: 1 }));
  const evidence = elementEvidence(exhibit, { kernel: KERNEL, element: ELEMENT });

  it("finds the element, computes it again from the evidence alone, and shows what was claimed", () => {
    const dispute = readElementEvidence(evidence, 3);
    expect(dispute).to.include({ kernel: KERNEL, element: ELEMENT, dtype: "f32", steps: 96 });
    expect(dispute?.position).to.deep.equal([ELEMENT]);
    expect(dispute?.computed).to.equal(truth[ELEMENT]);
    expect(dispute?.claimed).to.not.equal(truth[ELEMENT]);
  });

  it("shows the operands of the first steps by load and tensor", () => {
    const step = readElementEvidence(evidence, 3)?.operands[5];
    const value = (i: number, id: number) => Math.fround(Math.sin(i + id));
    expect(step?.map((one) => one.value)).to.deep.equal([
      value(5, 0),
      value(96 * ELEMENT + 5, 1),
      value(5, 2),
    ]);
  });

  it("is undefined for evidence of another fault", () => {
    const padding = paddingEvidence(exhibit, { list: "trace", index: KERNEL });
    expect(readElementEvidence(padding, 3)).to.equal(undefined);
  });

  it("refuses evidence that ends too early", () => {
    expect(() => readElementEvidence(evidence.subarray(0, 300), 3)).to.satisfy((act: () => unknown) => {
      try {
        act();
        return false;
      } catch (error) {
        return isOnusError(error, "EVIDENCE_UNREADABLE");
      }
    });
  });
});
