import { expect } from "chai";

import { openDatabase } from "../../../src/store/open-database.js";
import { asAddress } from "../../../src/types/address.js";
import { asBytes32 } from "../../../src/types/bytes32.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { openClaimTable } from "../../../src/watchtower/claim-table.js";
import { WATCHTOWER_MIGRATIONS } from "../../../src/watchtower/migrations.js";

const ID = asBytes32(`0x${"ab".repeat(32)}`);
const ME = asAddress(`0x${"0".repeat(39)}1`);
const claim = {
  ...{ operator: ME, modelId: ID, nonce: 1n, recordsRoot: ID, n: 1 },
  ...{ liability: asWei(10n ** 30n), window: asSeconds(60n) },
};
const NOW = { now: 1_000, block: 100, limit: 10, perOperator: 10 };

describe("watchtower: the claims it knows", () => {
  it("a rollback takes back a verdict, a share and a claim, each behind its block", () => {
    const table = openClaimTable(openDatabase(":memory:", WATCHTOWER_MIGRATIONS), {
      models: [],
      operators: [],
    });
    table.submitted(ID, claim, 5);
    expect(table.due("check", NOW).map((one) => one.claim)).to.deep.equal([claim]);
    table.decided({ claimId: ID, phase: "faulted", block: 7, beneficiary: ME, isOurs: false });
    expect(table.due("check", NOW)).to.deep.equal([]);
    expect(table.unpulled(ME)).to.have.lengthOf(1);
    table.pulled(ID, 8);
    expect(table.unpulled(ME)).to.deep.equal([]);

    table.rollBack(8);
    expect(table.unpulled(ME)).to.deep.equal([]);
    table.rollBack(7);
    expect(table.unpulled(ME)).to.have.lengthOf(1);
    table.rollBack(6);
    expect(table.unpulled(ME)).to.deep.equal([]);
    expect(table.due("check", NOW)[0]).to.include({ claimId: ID, phase: "open" });
    table.rollBack(4);
    expect(table.due("check", NOW)).to.deep.equal([]);
  });
});
