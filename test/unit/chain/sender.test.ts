import { expect } from "chai";
import { Wallet } from "ethers";
import type { ContractRunner } from "ethers";

import { openSender } from "../../../src/chain/sender.js";
import type { SenderEvent } from "../../../src/chain/sender.js";
import type { Call } from "../../../src/chain/move-call.js";
import type { Fees } from "../../../src/chain/transact.js";
import { isOnusError } from "../../../src/errors/onus-error.js";
import { openDatabase } from "../../../src/store/open-database.js";
import { openSenderJournal, senderJournalMigration } from "../../../src/store/sender-journal.js";
import { parseAddress } from "../../../src/types/address.js";
import { asSeconds } from "../../../src/types/seconds.js";
import type { SenderJournal } from "../../../src/types/sender-journal.js";
import { asWei } from "../../../src/types/wei.js";
import { hasAnvil } from "../../support/anvil.js";
import { startAnvilChain } from "../../support/anvil-chain.js";
import type { AnvilChain } from "../../support/anvil-chain.js";

const KILLED = "killed";
const GWEI = 10n ** 9n;

describe("chain: the sender", () => {
  let chain: AnvilChain;
  beforeEach(async function () {
    if (!hasAnvil) return this.skip();
    chain = await startAnvilChain();
  });
  afterEach(async () => chain?.stop());

  /** A call that moves one wei to an account that has nothing: its balance counts how often the call was made. */
  function makeCall(): { readonly call: Call; readonly made: () => Promise<bigint> } {
    const to = parseAddress(Wallet.createRandom().address);
    return {
      call: { call: "Test.pay", to, data: "0x", value: 1n },
      made: () => chain.provider.getBalance(to),
    };
  }

  const newJournal = () => openSenderJournal(openDatabase(":memory:", [senderJournalMigration]));

  /** One life of a sender; `until` ends it. */
  async function life(
    journal: SenderJournal,
    options: { runner?: ContractRunner; fees?: Fees; confirmations?: number; signal?: AbortSignal } = {},
  ) {
    const told: SenderEvent[] = [];
    const { runner = chain.wallet(0), ...rest } = options;
    const sender = await openSender({ runner, journal, ...rest, tell: (event) => told.push(event) });
    return { ...sender, told, events: () => told.map(({ event }) => event) };
  }

  /** A journal whose owner is killed when `method` has written, or before it writes. */
  const killedAt = (journal: SenderJournal, method: keyof SenderJournal, when: "before" | "after") => ({
    ...journal,
    [method]: (...given: never[]) => {
      if (when === "after") (journal[method] as (...given: never[]) => unknown)(...given);
      throw new Error(KILLED);
    },
  });

  const dies = async (running: Promise<unknown>) => {
    const error = await running.then(
      () => undefined,
      (failure: Error) => failure,
    );
    expect(error?.message).to.equal(KILLED);
  };

  /** Waits for something to be so, for a bounded time. */
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    for (let looks = 0; looks < 400; looks++) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error("it never came to be so");
  }

  const pendingOf = (account: string) => chain.provider.getTransactionCount(account, "pending");

  for (const [who, runnerOf] of [
    ["a key of its own", () => chain.wallet(0)],
    ["an account that the node signs for", () => chain.provider.getSigner(0)],
  ] as const) {
    describe(`with ${who}`, () => {
      it("makes a call that was written down and never broadcast", async () => {
        const runner = await runnerOf();
        const journal = newJournal();
        const { call, made } = makeCall();
        const first = await life(killedAt(journal, "begin", "after"), { runner });
        await dies(first.send({ key: "pay", call }));
        expect(await made()).to.equal(0n);

        const second = await life(journal, { runner });
        expect(await made()).to.equal(1n);
        expect(second.events()).to.deep.equal(["broadcast", "included"]);
      });

      it("does not make a call again that was included before it was noted", async () => {
        const runner = await runnerOf();
        const journal = newJournal();
        const { call, made } = makeCall();
        const forgetful = { ...killedAt(journal, "settle", "before"), name: () => undefined };
        await dies((await life(forgetful, { runner })).send({ key: "pay", call }));
        expect(await made()).to.equal(1n);

        const second = await life(journal, { runner });
        expect(second.events()).to.deep.equal(["included"]);
        expect((await second.send({ key: "pay", call })).status).to.equal("done");
        expect(await made()).to.equal(1n);
      });

      it("waits for a call that was broadcast by a former life", async () => {
        const runner = await runnerOf();
        const journal = newJournal();
        const { call, made } = makeCall();
        await chain.automine(false);
        const ending = new AbortController();
        const first = await life(journal, { runner, signal: ending.signal });
        const sending = first.send({ key: "pay", call }).catch((error: Error) => error.name);
        await until(async () => (await pendingOf(first.account)) === 1);
        ending.abort();
        expect(await sending).to.equal("AbortError");

        const starting = life(journal, { runner });
        await chain.mine();
        await starting;
        await chain.mine();
        expect(await made()).to.equal(1n);
      });
    });
  }

  it("broadcasts again what the nodes forgot", async () => {
    const journal = newJournal();
    const { call, made } = makeCall();
    await chain.automine(false);
    const ending = new AbortController();
    const first = await life(journal, { signal: ending.signal });
    const sending = first.send({ key: "pay", call }).catch(() => undefined);
    await until(async () => (await pendingOf(first.account)) === 1);
    ending.abort();
    await sending;
    await chain.provider.send("anvil_dropAllTransactions", []);
    expect(await pendingOf(first.account)).to.equal(0);

    await chain.automine(true);
    const second = await life(journal);
    expect(second.events()).to.deep.equal(["broadcast", "included"]);
    expect(await made()).to.equal(1n);
  });

  it("replaces what has become too cheap by something at least an eighth dearer, in the same place", async () => {
    const journal = newJournal();
    const { call, made } = makeCall();
    await chain.automine(false);
    const sender = await life(journal, { fees: { patience: asSeconds(1n) } });
    const sending = sender.send({ key: "pay", call });
    await until(async () => (await pendingOf(sender.account)) === 1);
    // Ten times what it offered at most.
    const [first] = sender.told;
    if (first?.event !== "broadcast") throw new Error("nothing was broadcast");
    await chain.nextBaseFee(first.price * 10n);
    await chain.mine();
    expect(await made()).to.equal(0n);
    await until(async () => {
      await chain.mine();
      return (await made()) === 1n;
    });
    expect((await sending).status).to.equal("done");
    const prices = sender.told.flatMap((one) => (one.event === "broadcast" ? [one] : []));
    for (const [at, { price, nonce }] of prices.slice(1).entries()) {
      expect(price * 8n >= (prices[at]?.price ?? 0n) * 9n).to.equal(true);
      expect(nonce).to.equal(0);
    }
  });

  it("waits while a block asks more than may be paid, and lets dearer calls pass", async () => {
    const [cheap, urgent] = [makeCall(), makeCall()];
    await chain.nextBaseFee(100n * GWEI);
    await chain.mine();
    const ending = new AbortController();
    const sender = await life(newJournal(), {
      signal: ending.signal,
      fees: { mostPrice: asWei(50n * GWEI) },
    });
    const waiting = sender.send({ key: "cheap", call: cheap.call }).catch((error: Error) => error.name);
    await until(async () => sender.events().includes("waits"));
    const [told] = sender.told;
    expect(told).to.include({ event: "waits", key: "cheap", expected: 50n * GWEI });
    expect(told?.event === "waits" && told.actual > 50n * GWEI).to.equal(true);

    const fees = { mostPrice: asWei(1_000n * GWEI) };
    expect((await sender.send({ key: "urgent", call: urgent.call, fees })).status).to.equal("done");
    expect(await cheap.made()).to.equal(0n);
    ending.abort();
    expect(await waiting).to.equal("AbortError");
  });

  it("pays no more than it may, and sends as soon as a block asks less", async () => {
    const { call, made } = makeCall();
    await chain.nextBaseFee(100n * GWEI);
    await chain.mine();
    const sender = await life(newJournal(), { fees: { mostPrice: asWei(50n * GWEI) } });
    const sending = sender.send({ key: "pay", call });
    await until(async () => sender.events().includes("waits"));
    await chain.nextBaseFee(40n * GWEI);
    await chain.mine();
    expect((await sending).status).to.equal("done");
    expect(await made()).to.equal(1n);
    const sent = sender.told.find((one) => one.event === "broadcast");
    expect(sent?.event === "broadcast" && sent.price).to.equal(50n * GWEI);
  });

  it("sends again what a reorg of depth 5 took out, until it is as deep as was asked for", async () => {
    const journal = newJournal();
    const calls = [makeCall(), makeCall(), makeCall()];
    const sender = await life(journal, { confirmations: 8 });
    for (const [at, { call }] of calls.entries()) await sender.send({ key: `${at}`, call });
    await chain.mine(2);
    await chain.reorg(5);
    expect(await Promise.all(calls.map(({ made }) => made()))).to.deep.equal([0n, 0n, 0n]);

    await sender.watch();
    expect(await Promise.all(calls.map(({ made }) => made()))).to.deep.equal([1n, 1n, 1n]);
    expect(sender.events().filter((event) => event === "reorged-out")).to.have.lengthOf(3);
    expect(sender.unsettled()).to.equal(3);

    await chain.mine(8);
    await sender.watch();
    expect(sender.unsettled()).to.equal(0);
  });

  it("does so before anything new takes the places, whether or not anybody looks after them", async () => {
    const [first, second] = [makeCall(), makeCall()];
    const sender = await life(newJournal(), { confirmations: 8 });
    await sender.send({ key: "first", call: first.call });
    await chain.mine();
    await chain.reorg(2);
    await sender.send({ key: "second", call: second.call });
    expect([await first.made(), await second.made()]).to.deep.equal([1n, 1n]);
  });

  it("does so in the next life too", async () => {
    const journal = newJournal();
    const [first, second] = [makeCall(), makeCall()];
    await (await life(journal, { confirmations: 8 })).send({ key: "first", call: first.call });
    await chain.mine();
    await chain.reorg(2);
    expect(await first.made()).to.equal(0n);
    const next = await life(journal, { confirmations: 8 });
    await next.send({ key: "second", call: second.call });
    expect([await first.made(), await second.made()]).to.deep.equal([1n, 1n]);
  });

  it("makes a call again whose place went to somebody else's transaction", async () => {
    const journal = newJournal();
    const { call, made } = makeCall();
    await dies((await life(killedAt(journal, "begin", "after"))).send({ key: "pay", call }));
    // But for the account that gets it, the same.
    await (await chain.wallet(0).sendTransaction({ to: chain.wallet(1).address, value: call.value })).wait();

    const second = await life(journal);
    expect(second.events()).to.deep.equal(["lost"]);
    await second.send({ key: "pay", call });
    expect(await made()).to.equal(1n);
  });

  it("gives each of two calls at once a place of its own", async () => {
    const [one, other] = [makeCall(), makeCall()];
    const sender = await life(newJournal());
    await Promise.all([
      sender.send({ key: "1", call: one.call }),
      sender.send({ key: "2", call: other.call }),
    ]);
    expect([await one.made(), await other.made()]).to.deep.equal([1n, 1n]);
    const nonces = sender.told.flatMap((event) => (event.event === "broadcast" ? [event.nonce] : []));
    expect(nonces).to.deep.equal([0, 1]);
  });

  it("says FUNDS_MISSING where the account cannot pay, and leaves no gap", async () => {
    const poor = new Wallet(Wallet.createRandom().privateKey, chain.provider);
    const { call, made } = makeCall();
    const sender = await life(newJournal(), { runner: poor });
    const error = await sender.send({ key: "pay", call }).catch((failure: unknown) => failure);
    expect(isOnusError(error, "FUNDS_MISSING")).to.equal(true);
    await chain.provider.send("anvil_setBalance", [poor.address, "0xde0b6b3a7640000"]);
    expect((await sender.send({ key: "pay", call })).status).to.equal("done");
    expect(await made()).to.equal(1n);
    expect(await pendingOf(poor.address)).to.equal(1);
  });

  it("sends nothing that would be refused", async () => {
    const sender = await life(newJournal());
    const { call } = makeCall();
    await chain.provider.send("anvil_setCode", [call.to, "0x5f5ffd"]);
    expect((await sender.send({ key: "pay", call })).status).to.equal("refused");
    expect(sender.told).to.deep.equal([]);
  });
});
