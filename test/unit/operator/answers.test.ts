import { expect } from "chai";

import type { Sender } from "../../../src/chain/sender.js";
import { openAlarms } from "../../../src/operator/alarms.js";
import type { Alarm } from "../../../src/operator/alarms.js";
import { openSendOnce } from "../../../src/operator/claims/send-once.js";
import type { HeldTrace } from "../../../src/operator/engine/run-models.js";
import { openTraceShelf } from "../../../src/operator/engine/trace-shelf.js";
import { asBytes32 } from "../../../src/types/bytes32.js";
import { sceneModel } from "../../support/operator-scene.js";

const hash = (seed: number) => asBytes32(`0x${seed.toString(16).padStart(64, "0")}`);

describe("operator: the shelf of traces", () => {
  const { trace } = sceneModel;
  const held = (bytes: number): HeldTrace => ({ lists: trace.lists, tensor: trace.tensor, bytes });

  it("lets the tensors go that were not asked for the longest, and keeps their lists", () => {
    const shelf = openTraceShelf(100);
    shelf.put(hash(1), held(50));
    shelf.put(hash(2), held(50));
    shelf.find(hash(1));
    shelf.put(hash(3), held(50));
    expect([1, 2, 3].map((seed) => shelf.isWhole(hash(seed)))).to.deep.equal([true, false, true]);
    expect(shelf.find(hash(2))?.lists.trace).to.equal(trace.lists.trace);
    expect(shelf.find(hash(2))?.tensor("trace", 0)).to.equal(undefined);
    expect(shelf.find(hash(4))).to.equal(undefined);
  });
  it("keeps the newest trace, however large", () => {
    const shelf = openTraceShelf(100);
    shelf.put(hash(1), held(50));
    shelf.put(hash(2), held(500));
    expect([1, 2].map((seed) => shelf.isWhole(hash(seed)))).to.deep.equal([false, true]);
    shelf.put(hash(3), held(50));
    expect([2, 3].map((seed) => shelf.isWhole(hash(seed)))).to.deep.equal([false, true]);
  });
});

describe("operator: sending once", () => {
  it("uses a key again as long as a reorg may be looked after, and a new one long after", async () => {
    const keys: string[] = [];
    let newest = 100;
    const sender: Pick<Sender, "send"> = {
      send: async ({ key }) => {
        keys.push(key);
        return { status: "done", sent: { hash: "0x", gasUsed: 0n, logs: [] } };
      },
    };
    const send = openSendOnce(sender, () => newest);
    const call = { call: "Test.call", to: `0x${"11".repeat(20)}`, data: "0x", value: 0n } as never;
    await send("submit", call);
    newest = 132;
    await send("submit", call);
    newest = 133;
    await send("submit", call);
    await send("submit", call);
    newest = 166;
    await send("submit", call);
    expect(keys).to.deep.equal(["submit", "submit", "submit again 1", "submit again 1", "submit again 2"]);
  });
});

describe("operator: alarms", () => {
  it("says what goes on once in a while, and what changes at once", () => {
    const said: Alarm[] = [];
    let now = 0;
    const raise = openAlarms({ log: (alarm) => said.push(alarm), now: () => now, quietSeconds: 300 });
    raise({ alarm: "session-opened", openSessions: 1 });
    now = 299;
    raise({ alarm: "session-opened", openSessions: 1 });
    raise({ alarm: "session-opened", openSessions: 2 });
    raise({ alarm: "chain-silent", seconds: 100 });
    raise({ alarm: "chain-silent", seconds: 104 });
    now = 300;
    raise({ alarm: "session-opened", openSessions: 1 });
    expect(said).to.deep.equal([
      { alarm: "session-opened", openSessions: 1 },
      { alarm: "session-opened", openSessions: 2 },
      { alarm: "chain-silent", seconds: 100 },
      { alarm: "session-opened", openSessions: 1 },
    ]);
  });
});
