import { expect } from "chai";

import { evidencePlan } from "../../../src/indexer/query-claims.js";
import { bytes32From } from "../../../src/types/bytes32.js";
import type { Bytes32 } from "../../../src/types/bytes32.js";
import { auditScene } from "../../support/audit-scene.js";
import { openSeededIndex } from "../../support/seeded-index.js";

/** More than a timeline shows. */
const MANY = 600;
const rootOf = (record: number): Bytes32 =>
  bytes32From(Uint8Array.from({ length: 32 }, (_, at) => (record >> (at % 2 === 0 ? 0 : 8)) & 0xff));

describe("indexer: what a bundle about a claim shows", () => {
  it("holds where the trace of the record was stated, however many others were stated before it", async () => {
    const { chain, claim, id, happen } = await auditScene();
    const stated = Array.from({ length: MANY }, (_, record) => ({
      ...({ part: "inquiry", name: "TraceStated" } as const),
      args: [id, record, rootOf(record), claim.operator],
    }));
    await happen({ events: stated });
    const index = await openSeededIndex(chain);
    await index.catchUp();
    for (const record of [0, 59, MANY - 1]) {
      const { events } = await evidencePlan(index.reading, id, { record });
      const own = events.filter(({ name, args }) => name === "TraceStated" && args["recordIndex"] === record);
      expect(own.map(({ args }) => args["traceRoot"])).to.deep.equal([rootOf(record)]);
    }
    await index.close();
  });
});
