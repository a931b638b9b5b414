import { expect } from "chai";

import type { Receipt } from "../../../src/claim/receipt.js";
import type { ModelConfig } from "../../../src/operator/config.js";
import { openClaimLedger } from "../../../src/operator/ledger/claim-ledger.js";
import { LEDGER_MIGRATIONS } from "../../../src/operator/ledger/migrations.js";
import { openRecordLedger } from "../../../src/operator/ledger/record-ledger.js";
import type { ChainSituation } from "../../../src/operator/policy/why-refused.js";
import { openInferenceDesk } from "../../../src/operator/promises/inference-desk.js";
import { openTally } from "../../../src/operator/promises/tally.js";
import { openDatabase } from "../../../src/store/open-database.js";
import { asAddress } from "../../../src/types/address.js";
import { asBytes32 } from "../../../src/types/bytes32.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { requestNumber, sceneModel } from "../../support/operator-scene.js";

const OPERATOR = asAddress(`0x${"11".repeat(20)}`);
const MODEL = asBytes32(`0x${"aa".repeat(32)}`);
const PLACE = { chainId: 1n, contract: OPERATOR };
const { committed, trace } = sceneModel;
const outputs = trace.run.tensors.slice(-committed.artifact.outputs.length);
const terms: ModelConfig = {
  ...{ modelId: MODEL, artifact: "model.onus", liability: asWei(10n), maxRecords: 4 },
  ...{ window: asSeconds(60n), inclusion: asSeconds(60n), closeAfter: asSeconds(10n) },
};

/** A desk whose runs end when the test says so. */
function openDesk() {
  const database = openDatabase(":memory:", LEDGER_MIGRATIONS);
  const records = openRecordLedger(database);
  const tally = openTally(records, openClaimLedger(database, OPERATOR));
  const ends: (() => void)[] = [];
  const signed: Receipt[] = [];
  const chain: { now: ChainSituation } = {
    now: {
      ...{ now: asSeconds(1_000n), age: 0, baseFee: asWei(1n), isJailed: false, isPaused: false },
      ...{ isActive: true, freeStake: asWei(20n), lockedStake: asWei(0n) },
    },
  };
  const desk = openInferenceDesk({
    ...{ operator: OPERATOR, records, tally, keptOutputBytes: 1_000_000 },
    models: [{ modelId: MODEL, committed, file: new Uint8Array(0), terms }],
    runs: {
      outputs: () =>
        new Promise((resolve) => {
          ends.push(() => resolve({ outputs, roots: [trace.roots.output] }));
        }),
      trace: () => Promise.reject(new Error("nobody asks")),
      traceSeconds: () => 1,
    },
    places: { claimBook: PLACE, court: PLACE },
    sign: async (receipt) => {
      signed.push(receipt);
      return { receipt, court: PLACE, signer: OPERATOR, signature: "0x12" };
    },
    situation: () => chain.now,
    limits: () => ({
      ...{ openLiability: asWei(1_000n), gasPrice: asWei(1n), queue: 10, chainAge: 60, unstated: 100 },
    }),
    retiredAt: () => undefined,
  });
  return { desk, tally, records, ends, signed, chain };
}
const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => "served",
    (error: unknown) => (error as { code?: unknown }).code,
  );

describe("operator: the desk", () => {
  it("runs and signs once for equal requests that come together, and for one that comes later", async () => {
    const { desk, ends, signed, tally } = openDesk();
    const [one, other] = [desk.serve(MODEL, requestNumber(1)), desk.serve(MODEL, requestNumber(1))];
    expect(ends).to.have.length(1);
    ends[0]!();
    expect(await one).to.deep.equal(await other);
    expect(await desk.serve(MODEL, requestNumber(1))).to.deep.equal(await one);
    expect(ends).to.have.length(1);
    expect(signed).to.have.length(1);
    expect(tally.undecided()).to.equal(1);
  });

  it("promises until the block's time plus the inclusion time, and counts it", async () => {
    const { desk, ends, signed, chain } = openDesk();
    const served = desk.serve(MODEL, requestNumber(1));
    chain.now = { ...chain.now, now: asSeconds(1_007n) };
    ends[0]!();
    await served;
    expect(signed[0]).to.include({
      issuedAt: 1_007n,
      inclusionDeadline: 1_067n,
      liabilityWei: 10n,
      maxRecords: 4,
    });
  });

  it("does not sign when what was possible at the beginning of a run is not at its end", async () => {
    const { desk, ends, signed, chain, records } = openDesk();
    const served = codeOf(desk.serve(MODEL, requestNumber(1)));
    chain.now = { ...chain.now, isJailed: true };
    ends[0]!();
    expect(await served).to.equal("OPERATOR_JAILED");
    expect(signed).to.deep.equal([]);
    expect(records.pending()).to.deep.equal([]);
  });

  it("counts what is under way against the stake, and no longer when it has failed", async () => {
    const { desk, ends, chain } = openDesk();
    // Stake for one claim of four records, and five requests.
    chain.now = { ...chain.now, freeStake: asWei(10n) };
    const first = [1, 2, 3, 4].map((salt) => codeOf(desk.serve(MODEL, requestNumber(salt))));
    expect(await codeOf(desk.serve(MODEL, requestNumber(5)))).to.equal("STAKE_TOO_SMALL");
    expect(desk.queued()).to.equal(4);
    for (const end of ends) end();
    expect(await Promise.all(first)).to.deep.equal(Array(4).fill("served"));
    expect(desk.queued()).to.equal(0);
    expect(await codeOf(desk.serve(MODEL, requestNumber(5)))).to.equal("STAKE_TOO_SMALL");
    expect(await codeOf(desk.serve(MODEL, requestNumber(1))), "it was promised").to.equal("served");
  });

  it("takes nothing new once it stops, and finishes what is under way", async () => {
    const { desk, ends } = openDesk();
    const under = codeOf(desk.serve(MODEL, requestNumber(1)));
    const stopped = desk.stop();
    expect(await codeOf(desk.serve(MODEL, requestNumber(2)))).to.equal("NODE_STOPPING");
    ends[0]!();
    await stopped;
    expect(await under).to.equal("served");
  });
});
