import { expect } from "chai";

import { isOnusError } from "../../../src/errors/onus-error.js";
import { decodeBundle, encodeBundle } from "../../../src/store/bundle-file.js";
import { auditScene, OPERATOR } from "../../support/audit-scene.js";

describe("store: bundle files", () => {
  /** The text of a bundle with a receipt and a record. */
  async function text(): Promise<string> {
    const scene = await auditScene();
    return encodeBundle(await scene.bundle({ recordIndex: 0, receipt: await scene.receiptBy(OPERATOR) }));
  }

  function refusal(file: string | Uint8Array): string {
    try {
      decodeBundle(file);
      return "";
    } catch (error) {
      if (isOnusError(error, "BUNDLE_MALFORMED")) return `${error.context.field}: ${error.context.expected}`;
      if (isOnusError(error, "BUNDLE_VERSION")) return error.context.actual;
      throw error;
    }
  }

  it("are read as text and as bytes, with whatever white space", async () => {
    const whole = await text();
    for (const file of [whole, new TextEncoder().encode(whole), JSON.stringify(JSON.parse(whole))])
      expect(refusal(file)).to.equal("");
  });

  it("that are cut off, empty, or of something else are told apart from a bundle", async () => {
    const whole = await text();
    for (const file of [
      "",
      "{",
      whole.slice(0, whole.length / 2),
      "\u0000\u001b[2J",
      "[]",
      "null",
      "7",
      '"x"',
    ])
      expect(refusal(file), file.slice(0, 9)).to.match(/^the (file: JSON|top)/);
    expect(refusal("{}")).to.match(/^format: /);
  });

  it("of a later form are told to be that", async () => {
    const later = (await text()).replace("onus-bundle-1", "onus-bundle-2");
    expect(refusal(later)).to.equal("onus-bundle-2");
    expect(refusal((await text()).replace("onus-bundle-1", "onus-claim-1"))).to.match(/^format: /);
  });

  it("name each field once, in one way: what a person reads is what is checked", async () => {
    const whole = await text();
    const phase = '"phase": null';
    expect(whole).to.contain(phase);
    expect(refusal(whole.replace(phase, `"phase": "FINAL", ${phase}`))).to.contain("each name once");
    expect(refusal(whole.replace(phase, `"ph\\u0061se": "FINAL", ${phase}`))).to.contain("each name once");
    expect(refusal(whole.replace(phase, `"__proto__": {}, ${phase}`))).to.match(/^statement.verdict: /);
    expect(refusal(whole.replace(phase, `"constructor": 1, ${phase}`))).to.match(/^statement.verdict: /);
    // A URI that holds what looks like a field is a text.
    expect(refusal(whole.replace("ipfs://one", '\\"phase\\": \\"FINAL\\"'))).to.equal("");
  });

  it("hold numbers that fit, addresses in their one case and no field of their own", async () => {
    const json = JSON.parse(await text());
    const change = (field: string, value: unknown): string => {
      const changed = structuredClone(json);
      const keys = field.split(".");
      const last = keys.pop() as string;
      keys.reduce((at, key) => at[key], changed)[last] = value;
      return refusal(JSON.stringify(changed));
    };
    const { receipt } = json.evidence;
    for (const [field, value] of [
      ["evidence.receipt.receipt.issuedAt", String(2n ** 40n)],
      ["evidence.receipt.receipt.inclusionDeadline", "9".repeat(400)],
      ["evidence.receipt.receipt.liabilityWei", String(2n ** 96n)],
      ["evidence.receipt.receipt.maxRecords", 2 ** 32],
      ["evidence.receipt.receipt.record.parentsCount", 256],
      ["evidence.receipt.court.chainId", String(2n ** 256n)],
      ["evidence.receipt.signer", receipt.signer.toLowerCase()],
      ["evidence.receipt.signer", receipt.signer.toUpperCase().replace("0X", "0x")],
      ["evidence.receipts.0.index", 2 ** 53],
      ["evidence.receipts.0.index", 1e300],
      ["evidence.receipts.0.index", -1],
      ["evidence.receipts.0.block", 0.5],
      ["trust.block.hash", json.trust.block.hash.toUpperCase().replace("0X", "0x")],
      ["statement.claim.liability", `0${json.statement.claim.liability}`],
      ["statement.claim.liability", "1e16"],
    ] as const)
      expect(change(field, value), field).to.match(new RegExp(`^${field.replaceAll(".", "\\.")}: `));
    expect(change("trust.more", 1)).to.match(/^trust: /);
  });

  it("say nothing to a terminal when they are refused", async () => {
    const evil = "\u001b]0;owned\u0007\u009b2J\u202egnp\nverdict FINAL";
    const said = refusal((await text()).replace('"trust": {', `"trust": { ${JSON.stringify(evil)}: 1,`));
    expect(said).to.match(/^trust: .*owned/);
    expect(said).to.not.match(/[\p{Cc}\p{Cf}]/u);
  });

  it("of any length and depth are refused soon", function () {
    this.timeout(20_000);
    expect(refusal(new Uint8Array(2 ** 28 + 1))).to.match(/^the file: at most/);
    expect(refusal("[".repeat(1_000_000))).to.match(/^the file: JSON/);
    expect(refusal("[".repeat(300_000) + "]".repeat(300_000))).to.match(/^the top/);
    expect(refusal(`{"format":"${"a".repeat(30_000_000)}"}`)).to.match(/^format/);
    expect(refusal(`[${"0,".repeat(5_000_000)}0]`)).to.match(/^the top/);
  });
});
