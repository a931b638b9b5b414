import { expect } from "chai";

import type { Claim } from "../../../src/claim/claim.js";
import { commitRecords } from "../../../src/claim/record-list.js";
import { assembleExhibit } from "../../../src/dispute/assemble-exhibit.js";
import type { HandedOver } from "../../../src/dispute/assemble-exhibit.js";
import { decodeClaimFile, encodeClaimFile } from "../../../src/store/claim-file.js";
import { asAddress } from "../../../src/types/address.js";
import { ZERO_HASH, asBytes32 } from "../../../src/types/bytes32.js";
import { claimOfTrace, recordOf } from "../../support/claim-of-trace.js";
import { withFlippedBit } from "../../support/forge-trace.js";
import { randomKernel } from "../../support/kernel-generator.js";
import { modelAround } from "../../support/single-kernel.js";

const registry = { chainId: 31_337n, contract: asAddress("0x4000000000000000000000000000000000000004") };
const made = randomKernel(9);
const { committed, trace } = modelAround(made, made.data.length);
const { claim, exhibit } = claimOfTrace({ registry, committed, trace });
const given: HandedOver = { claim, records: exhibit.records.records, model: exhibit.model, committed, trace };
const other = asBytes32(`0x${"11".repeat(32)}`);

const withRecord = (changed: Partial<ReturnType<typeof recordOf>>): HandedOver => {
  const records = [{ ...recordOf(trace), ...changed }];
  return { ...given, records, claim: { ...claim, recordsRoot: commitRecords(records).root } };
};

describe("dispute: what was handed over", () => {
  it("becomes an exhibit when every piece is what the claim commits to", () => {
    expect(assembleExhibit(given, registry, 0)).to.deep.include({ recordIndex: 0, model: exhibit.model });
  });

  const mismatches: [piece: string, given: HandedOver][] = [
    ["artifact", { ...given, model: { ...given.model, artifactId: other } }],
    ["model", { ...given, claim: { ...claim, modelId: other } }],
    ["number of records", { ...given, claim: { ...claim, n: 2 } }],
    ["list of records", { ...given, claim: { ...claim, recordsRoot: other } }],
    ["list of inputs", withRecord({ inputRoot: other })],
    ["list of outputs", withRecord({ outputRoot: other })],
    [
      "trace",
      {
        ...given,
        trace: {
          ...withFlippedBit(trace, { index: 0, bit: 0 }),
          lists: { ...trace.lists, trace: withFlippedBit(trace, { index: 0, bit: 0 }).lists.trace },
        },
      },
    ],
  ];
  for (const [piece, wrong] of mismatches) {
    it(`is refused by name when the ${piece} is not`, () => {
      expect(() => assembleExhibit(wrong, registry, 0))
        .to.throw()
        .that.deep.includes({ code: "HANDED_OVER_MISMATCH" })
        .and.has.nested.property("context.piece", piece);
    });
  }

  it("is refused where the record states no trace", () => {
    expect(() => assembleExhibit(withRecord({ traceRoot: ZERO_HASH }), registry, 0))
      .to.throw()
      .with.property("code", "TRACE_NOT_STATED");
  });

  it("is refused where there is no such record", () => {
    expect(() => assembleExhibit(given, registry, 1))
      .to.throw()
      .with.property("code", "RECORD_MISSING");
  });
});

describe("store: claim files", () => {
  const file = { claim, records: exhibit.records.records, model: exhibit.model };

  it("give back what they were made of, to the wei", () => {
    const large: Claim = {
      ...claim,
      liability: (2n ** 96n - 1n) as Claim["liability"],
      nonce: 2n ** 64n - 1n,
    };
    expect(decodeClaimFile(encodeClaimFile({ ...file, claim: large }))).to.deep.equal({
      ...file,
      claim: large,
    });
  });

  it("are refused with the place that is wrong", () => {
    const broken = encodeClaimFile(file).replace(/"liability": "\d+"/, '"liability": "1.5"');
    expect(() => decodeClaimFile(broken))
      .to.throw(/claim\.liability/)
      .with.property("code", "CLAIM_FILE");
    expect(() => decodeClaimFile("{"))
      .to.throw()
      .with.property("code", "CLAIM_FILE");
  });
});
