import { expect } from "chai";

import { logStoreMigration, openLogStore } from "../../../src/store/log-store.js";
import type { StoredLog } from "../../../src/store/log-store.js";
import { openDatabase } from "../../../src/store/open-database.js";

const word = (digit: string): string => `0x${digit.repeat(64)}`;
const BOOK = "0xAbcdef0000000000000000000000000000000001";
const OTHER = "0x0000000000000000000000000000000000000002";

const logAt = (blockNumber: number, index: number, rest: Partial<StoredLog> = {}): StoredLog => ({
  ...{ blockNumber, index, blockHash: word("1"), transactionHash: word("2"), address: BOOK },
  ...{ topics: [word("a"), word("b")], data: "0x01", ...rest },
});

describe("store: the logs of a chain", () => {
  const newStore = () => openLogStore<string>(openDatabase(":memory:", [logStoreMigration]));
  const mark = (number: number) => ({ number, hash: word("1") });

  it("are kept with the checkpoint and with what is derived from them, or not at all", () => {
    const store = newStore();
    const change = { kind: "logs", logs: [logAt(1, 0)], checkpoint: [mark(1)] } as const;
    const failing = () => {
      throw new Error("no room");
    };
    expect(() => store.apply(change, failing)).to.throw("no room");
    expect(store.getLogs({})).to.deep.equal([]);
    expect(store.checkpoint()).to.deep.equal([]);
    store.apply(change, () => undefined);
    expect(store.getLogs({})).to.deep.equal([{ ...logAt(1, 0), address: BOOK.toLowerCase() }]);
    expect(store.checkpoint()).to.deep.equal([mark(1)]);
  });

  it("are forgotten behind the block of a rollback, and that block's are kept", () => {
    const store = newStore();
    const logs = [logAt(1, 0), logAt(2, 0), logAt(3, 0)];
    store.apply({ kind: "logs", logs, checkpoint: [mark(1), mark(3)] }, () => undefined);
    store.apply({ kind: "rollback", toBlock: 2, checkpoint: [mark(1)] }, () => undefined);
    expect(store.getLogs({}).map(({ blockNumber }) => blockNumber)).to.deep.equal([1, 2]);
    expect(store.checkpoint()).to.deep.equal([mark(1)]);
  });

  it("are found as a node finds them: by address, topics by position, alternatives, and blocks", () => {
    const store = newStore();
    const logs = [
      logAt(1, 0),
      logAt(1, 1, { topics: [word("a"), word("c")] }),
      logAt(2, 0, { topics: [word("d")] }),
      logAt(3, 0, { address: OTHER }),
    ];
    store.apply({ kind: "logs", logs, checkpoint: [] }, () => undefined);
    const found = (filter: Parameters<typeof store.getLogs>[0]) =>
      store.getLogs(filter).map(({ blockNumber, index }) => `${blockNumber}.${index}`);
    expect(found({ address: BOOK })).to.deep.equal(["1.0", "1.1", "2.0"]);
    expect(found({ address: [BOOK, OTHER], topics: [word("a"), word("b")] })).to.deep.equal(["1.0", "3.0"]);
    expect(found({ topics: [null, word("c")] })).to.deep.equal(["1.1"]);
    expect(found({ topics: [[word("a"), word("d")]] })).to.deep.equal(["1.0", "1.1", "2.0", "3.0"]);
    expect(found({ fromBlock: 2, toBlock: 2 })).to.deep.equal(["2.0"]);
    expect(found({ topics: [[]] })).to.deep.equal([]);
  });
});
