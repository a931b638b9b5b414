import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import { inquiryGround } from "../support/inquiry-ground.js";
import { actionsOf, InquiryPlay, WEIGHTS } from "../support/inquiry-play.js";

const connection = await network.create({
  network: "hardhat",
  // An answer in the last second of ten questions takes ten blocks of that second.
  override: { allowBlocksWithSameTimestamp: true },
});
const { networkHelpers } = connection;

const RUNS = Number(process.env["INVARIANT_RUNS"] ?? 200);

async function groundOfInquiries() {
  return inquiryGround(connection);
}

const SUBMIT = { kind: "submit", who: 0, which: 0, what: 0, how: 0, baseFee: 7n, times: 1n } as const;

async function beginPlay(options: { honest?: boolean } = {}): Promise<InquiryPlay> {
  const ground = await networkHelpers.loadFixture(groundOfInquiries);
  const play = new InquiryPlay(ground, BigInt(await networkHelpers.time.latest()) + 1n, options);
  for (let i = 0; i < 3; i++) await play.act({ ...SUBMIT, when: { soon: 0n } });
  return play;
}

describe("Invariants of inquiry", () => {
  it("are those of its definition after every action of any sequence", async () => {
    const sequences = fc.array(actionsOf(WEIGHTS), { minLength: 20, maxLength: 50, size: "max" });
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const play = await beginPlay();
        for (const action of sequence) {
          await play.act(action);
          await play.check();
        }
        await play.pokeAll();
        await play.settleAll();
        expect(play.shadow.held(), "everything settled").to.equal(0n);
      }),
      { numRuns: RUNS, endOnFailure: process.env["QUICK"] === "1" },
    );
  });
});
