import { encode } from "@ethereumjs/rlp";
import { expect } from "chai";
import { getBytes, keccak256, toBeHex, zeroPadValue } from "ethers";

import type { Link } from "../../../src/audit/bundle.js";
import { hopsOver } from "../../../src/audit/plan-links.js";
import {
  HISTORY_CODE_HASH,
  HISTORY_CONTRACT,
  HISTORY_WINDOW,
  readLink,
  slotOf,
} from "../../../src/audit/read-link.js";
import { historyState, TWIN } from "../../support/history-state.js";
import type { HistoryState } from "../../support/history-state.js";

/** As EIP-2935 states it. */
const RUNTIME_CODE =
  "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257" +
  "611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";
const FROM = 20_000;
const TO = FROM - 7;
const SLOT = TO % HISTORY_WINDOW;
const hashOf = (block: number): string => keccak256(zeroPadValue(toBeHex(block), 32));

describe("audit: links from one block to an earlier one", function () {
  this.timeout(60_000);
  const slots = new Map<number, string>();
  for (let block = FROM - HISTORY_WINDOW; block < FROM; block++)
    slots.set(block % HISTORY_WINDOW, hashOf(block));
  /** Some of them, for states that differ. */
  const few = new Map([...slots].filter(([slot]) => slot % 50 === TO % 50));
  let whole: HistoryState;
  before(async () => (whole = await historyState({ slots })));

  /** A link to a block as an honest node makes it, but for what is replaced. */
  async function read(to: number, replaced: Partial<Link> = {}, state: HistoryState = whole) {
    const storage = await state.storage(to % HISTORY_WINDOW);
    const link = { from: FROM, to, account: await state.account(), storage, ...replaced };
    return readLink(link, { number: FROM, stateRoot: state.root });
  }
  async function refusal(...given: Parameters<typeof read>): Promise<readonly string[]> {
    const found = await read(...given);
    return found.ok ? ["accepted"] : found.fields;
  }

  it("the contract's code hash is that of the code in the EIP", () => {
    expect(keccak256(RUNTIME_CODE)).to.equal(HISTORY_CODE_HASH);
  });

  it("the state after a block shows the hashes of the 8,191 blocks before it", async () => {
    for (const to of [FROM - 1, FROM - 2, FROM - 4_000, FROM - HISTORY_WINDOW])
      expect(await read(to)).to.deep.equal({ ok: true, hash: hashOf(to) });
  });

  it("refuses a block whose slot holds another's hash by now, or does not hold its own yet", async () => {
    // The ring shows what is honest, and of a block that is not the one that is asked for.
    for (const to of [FROM, FROM + 1, FROM - HISTORY_WINDOW - 1, FROM - 2 * HISTORY_WINDOW, 0])
      expect(await refusal(to)).to.deep.equal(["from", "to"]);
  });

  it("refuses a block that the link does not begin at", async () => {
    expect(await refusal(FROM - 5, { from: FROM - 1 })).to.deep.equal(["from", "to"]);
  });

  it("refuses the slot of another block", async () => {
    const other = await whole.storage((FROM - 8) % HISTORY_WINDOW);
    const fields = await refusal(TO, { storage: other });
    expect(fields).to.include("to");
    expect(fields[0]).to.match(/^storage/);
  });

  it("refuses the account of somebody else, with the same code and the same storage", async () => {
    const fields = await refusal(TO, { account: await whole.account(TWIN) });
    expect(fields[0]).to.match(/^account/);
  });

  it("refuses the state of another block", async () => {
    const other = await historyState({ slots: new Map([...few, [1, hashOf(7)]]) });
    expect(await refusal(TO, { account: await other.account() })).to.deep.equal(["account.0", "from"]);
    const storage = await other.storage(SLOT);
    expect(await refusal(TO, { storage })).to.deep.equal(["storage.0", "to"]);
  });

  it("refuses a slot or an account that is not there", async () => {
    const others = await historyState({ slots: new Map([...few].filter(([slot]) => slot !== SLOT)) });
    expect((await refusal(TO, {}, others))[0]).to.match(/^storage/);
    expect(await refusal(TO, { storage: [] })).to.deep.equal(["storage", "to"]);
    expect(await refusal(TO, { account: [] })).to.deep.equal(["account", "from"]);
    const none = await historyState({ slots: new Map() });
    expect((await refusal(TO, {}, none))[0]).to.match(/^storage/);
  });

  it("refuses nodes before, between and after those of the way", async () => {
    const [account, storage] = [await whole.account(), await whole.storage(SLOT)];
    for (const [name, nodes] of [
      ["account", account],
      ["storage", storage],
    ] as const) {
      const last = nodes.length - 1;
      const spoilt = [
        [[...nodes, nodes[last]!], last + 1],
        [[nodes[0]!, ...nodes], 1],
        [nodes.slice(1), 0],
        [nodes.toReversed(), 0],
      ] as const;
      for (const [changed, at] of spoilt)
        expect((await refusal(TO, { [name]: changed }))[0]).to.equal(`${name}.${at}`);
      expect((await refusal(TO, { [name]: nodes.slice(0, last) }))[0]).to.equal(name);
    }
  });

  it("refuses a contract of other code, as Arbitrum's with its longer ring", async () => {
    const other = await historyState({ slots: few, code: keccak256("0x1234") });
    expect(await refusal(TO, {}, other)).to.deep.equal(["account"]);
  });

  it("refuses an account that is none", async () => {
    for (const account of [
      (storage: Uint8Array, code: Uint8Array) => [1, 0, storage, code, 0],
      (storage: Uint8Array) => [1, 0, storage],
      (storage: Uint8Array, code: Uint8Array) => [1, 0, [storage, storage], code],
      (storage: Uint8Array) => storage,
    ]) {
      expect(await refusal(TO, {}, await historyState({ slots: few, account }))).to.deep.equal(["account"]);
    }
  });

  it("pads a hash that begins with zeros, and refuses what is no word", async () => {
    const short = new Map([[SLOT, `0x0000${"ab".repeat(30)}`]]);
    expect(await read(TO, {}, await historyState({ slots: short }))).to.deep.equal({
      ...{ ok: true, hash: `0x0000${"ab".repeat(30)}` },
    });
    for (const stored of [
      (word: string) => encode(getBytes(word)),
      () => encode(new Uint8Array(33).fill(7)),
      () => encode(new Uint8Array()),
      () => encode([new Uint8Array(32).fill(7)]),
      () => new Uint8Array(32).fill(0xff),
    ]) {
      const state = await historyState({ slots: short, stored });
      expect(await refusal(TO, {}, state)).to.deep.equal(["storage"]);
    }
  });

  it("takes as few hops over a gap as the ring allows, each within reach of the one before", () => {
    for (const [length, links] of [
      [1, 1],
      [HISTORY_WINDOW, 1],
      [HISTORY_WINDOW + 1, 2],
      [2 * HISTORY_WINDOW, 2],
      [50_400, 7],
      [86_400, 11],
    ] as const) {
      const hops = hopsOver({ from: 100_000, to: 100_000 - length });
      expect(hops).to.have.length(links + 1);
      expect([hops[0], hops.at(-1)]).to.deep.equal([100_000, 100_000 - length]);
      for (const [at, to] of hops.slice(1).entries()) {
        expect(to).to.be.lessThan(hops[at]!);
        expect(to).to.be.greaterThanOrEqual(hops[at]! - HISTORY_WINDOW);
      }
    }
  });

  it("asks for the contract and the slot that the EIP names", () => {
    expect(HISTORY_CONTRACT).to.equal("0x0000F90827F1C53a10cb7A02335B175320002935".toLowerCase());
    expect(slotOf(2 * HISTORY_WINDOW + 255)).to.equal(zeroPadValue("0xff", 32));
  });
});
