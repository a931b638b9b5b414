import { expect } from "chai";

import type { DisputeView } from "../../../src/dispute/dispute-view.js";
import type { Exhibit } from "../../../src/dispute/evidence.js";
import { tensorTree } from "../../../src/dispute/operand-source.js";
import { proofMove } from "../../../src/dispute/proof-move.js";
import type { CommittedTrace } from "../../../src/trace/committed-trace.js";
import { ZERO_ADDRESS } from "../../../src/types/address.js";

describe("what no proof is made of", () => {
  it("a tensor that was not handed over is TENSOR_WITHHELD, by its list and its number", () => {
    const trace = { tensor: () => undefined } as unknown as CommittedTrace;
    expect(() => tensorTree(trace, "trace", 3))
      .to.throw()
      .that.deep.includes({ code: "TENSOR_WITHHELD", context: { list: "trace", index: 3 } });
  });

  it("a finding that is no fault is NOTHING_TO_PROVE", () => {
    const fault = { kind: "fault", exhibit: {} as Exhibit, finding: { kind: "agrees" } } as const;
    expect(() => proofMove({} as DisputeView, fault, ZERO_ADDRESS))
      .to.throw()
      .that.deep.includes({ code: "NOTHING_TO_PROVE", context: { finding: "agrees" } });
  });
});
