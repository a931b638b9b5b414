import { expect } from "chai";

import { partAddresses } from "../../../src/audit/part-addresses.js";
import { encodeEvent, eventDecoder } from "../../../src/chain/decode-event.js";
import { parseAddress, ZERO_ADDRESS } from "../../../src/types/address.js";

const ONUS = parseAddress(`0x${"5eed".repeat(10)}`);
const DEPLOYMENT = { chainId: 1, onus: ONUS, token: ZERO_ADDRESS, ...partAddresses(ONUS), fromBlock: 0 };
const OPERATOR = parseAddress(`0x${"11".repeat(20)}`);

/** What is read of an operator's endpoint that consists of these bytes. */
function endpointOf(bytes: Uint8Array): unknown {
  const stand = "x".repeat(bytes.length);
  const event = { part: "operatorRegistry", name: "OperatorRegistered", args: [OPERATOR, stand] } as const;
  const log = encodeEvent(DEPLOYMENT, event);
  const [told, written] = [Buffer.from(stand).toString("hex"), Buffer.from(bytes).toString("hex")];
  const decoded = eventDecoder(DEPLOYMENT)({ ...log, data: log.data.replace(told, written) });
  expect(decoded?.args["operator"]).to.equal(OPERATOR);
  return decoded?.args["endpoint"];
}

describe("chain: texts of events", () => {
  it("are read as they are written", () => {
    const text = "\ufeffhttps://ünï.example/😀";
    expect(endpointOf(Buffer.from(text))).to.equal(text);
    expect(endpointOf(Buffer.of())).to.equal("");
  });

  it("have U+FFFD where they are no UTF-8, and where they have a zero byte", () => {
    expect(endpointOf(Buffer.of(0x61, 0xff, 0x62, 0xc0))).to.equal("a\ufffdb\ufffd");
    expect(endpointOf(Buffer.of(0x61, 0, 0x62))).to.equal("a\ufffdb");
    expect(endpointOf(Buffer.of(0xed, 0xa0, 0x80))).to.match(/^\ufffd+$/);
  });

  it("end after 8,192 characters, and not within one", () => {
    expect(endpointOf(Buffer.from("a".repeat(100_000)))).to.equal("a".repeat(8_192));
    expect(endpointOf(Buffer.from(`a${"😀".repeat(5_000)}`))).to.equal(`a${"😀".repeat(4_095)}\ufffd`);
  });
});
