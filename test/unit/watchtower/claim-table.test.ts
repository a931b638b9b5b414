import { expect } from "chai";

import { openDatabase } from "../../../src/store/open-database.js";
import { asAddress } from "../../../src/types/address.js";
import { asBytes32 } from "../../../src/types/bytes32.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { openClaimTable } from "../../../src/watchtower/claim-table.js";
import { openCourtesyTable } from "../../../src/watchtower/courtesy-table.js";
import { WATCHTOWER_MIGRATIONS } from "../../../src/watchtower/migrations.js";

const ID = asBytes32(`0x${"ab".repeat(32)}`);
const ME = asAddress(`0x${"0".repeat(39)}1`);
const OTHER = asAddress(`0x${"0".repeat(39)}2`);
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

  it("a courtesy is owed from a block on, until it is done, and again when a reorg opens the claim", () => {
    const database = openDatabase(":memory:", WATCHTOWER_MIGRATIONS);
    const followed = { models: [], operators: [] };
    const table = openClaimTable(database, followed);
    const courtesies = openCourtesyTable(database, followed);
    const owed = (now: number, sinceBlock = 6) =>
      courtesies.due({ now, sinceBlock, limit: 10 }).map(({ courtesyAt }) => courtesyAt);
    const decide = (): void =>
      table.decided({ claimId: ID, phase: "final", block: 7, beneficiary: ME, isOurs: false });
    table.submitted(ID, claim, 5);
    expect(owed(1_000), "it is open").to.deep.equal([]);
    decide();
    expect(owed(1_000)).to.deep.equal([0]);
    expect(owed(1_000, 7), "it was decided before").to.deep.equal([]);
    const [watched] = courtesies.due({ now: 1_000, sinceBlock: 6, limit: 10 });
    courtesies.lookAt(watched!, 1_010);
    expect([owed(1_009), owed(1_010)]).to.deep.equal([[], [1_010]]);
    courtesies.lookAt(watched!, null);
    expect(owed(10 ** 9)).to.deep.equal([]);
    table.rollBack(6);
    expect(owed(10 ** 9)).to.deep.equal([]);
    courtesies.lookAt(watched!, null);
    decide();
    expect(owed(1_000)).to.deep.equal([0]);
    const others = openCourtesyTable(database, { models: [], operators: [OTHER] });
    expect(others.due({ now: 1_000, sinceBlock: 0, limit: 10 })).to.deep.equal([]);
  });
});
