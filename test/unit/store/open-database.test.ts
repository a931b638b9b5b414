import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";

import { expect } from "chai";

import { openDatabase, readDatabase } from "../../../src/store/open-database.js";
import type { Migration } from "../../../src/store/open-database.js";
import { isOnusError } from "../../../src/errors/onus-error.js";

const FIRST: Migration = { name: "1 notes", sql: "CREATE TABLE notes (text TEXT NOT NULL) STRICT;" };
const SECOND: Migration = { name: "2 authors", sql: "ALTER TABLE notes ADD COLUMN author TEXT;" };

describe("store: the database of a program", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onus-database-"));
    file = join(directory, "node.sqlite");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const errorOf = (act: () => unknown): unknown => {
    try {
      act();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it("keeps what was written, and brings an older database up to date", () => {
    const old = openDatabase(file, [FIRST]);
    old.prepare("INSERT INTO notes VALUES ('kept')").run();
    old.close();
    const database = openDatabase(file, [FIRST, SECOND]);
    expect(database.prepare("SELECT * FROM notes").all()).to.deep.equal([{ text: "kept", author: null }]);
    database.close();
  });

  it("writes every commit to the disk and checks references", () => {
    const database = openDatabase(file, [FIRST]);
    const settings = ["journal_mode", "synchronous", "foreign_keys"].map((name) =>
      database.pragma(name, { simple: true }),
    );
    expect(settings).to.deep.equal(["wal", 2, 1]);
    database.close();
  });

  it("does all of a migration or nothing of it", () => {
    openDatabase(file, [FIRST]).close();
    const broken = { name: "2 broken", sql: "ALTER TABLE notes ADD COLUMN author TEXT; NOT SQL;" };
    expect(errorOf(() => openDatabase(file, [FIRST, broken]))).to.be.instanceOf(Error);
    openDatabase(file, [FIRST, SECOND]).close();
  });

  it("refuses a database that a newer version wrote, and names both migrations", () => {
    openDatabase(file, [FIRST, SECOND]).close();
    for (const open of [openDatabase, readDatabase]) {
      const error = errorOf(() => open(file, [FIRST]));
      expect(isOnusError(error, "DATABASE_OTHER_VERSION") && error.context).to.deep.equal({
        ...{ file, actual: "2 authors", expected: "1 notes" },
      });
    }
  });

  it("refuses a second writer with DATABASE_IN_USE until the first one closes", () => {
    const first = openDatabase(file, [FIRST]);
    expect(
      isOnusError(
        errorOf(() => openDatabase(file, [FIRST])),
        "DATABASE_IN_USE",
      ),
    ).to.equal(true);
    first.close();
    openDatabase(file, [FIRST]).close();
  });

  it("refuses a second writer in another process too, which ends by kill -9 without leaving a lock", () => {
    const holder = `
      const { openDatabase } = await import(${JSON.stringify(join(process.cwd(), "src/store/open-database.ts"))});
      try { openDatabase(${JSON.stringify(file)}, []); } catch (error) { console.log(error.code); }
      process.kill(process.pid, "SIGKILL");`;
    const run = () =>
      spawnSync(execPath, ["--import", "tsx", "--input-type=module", "-e", holder], { encoding: "utf8" });
    expect(run().signal).to.equal("SIGKILL");
    const database = openDatabase(file, []);
    expect(run().stdout.trim()).to.equal("DATABASE_IN_USE");
    database.close();
  });

  it("lets others read while it is written", () => {
    const writer = openDatabase(file, [FIRST]);
    writer.prepare("INSERT INTO notes VALUES ('seen')").run();
    const reader = readDatabase(file, [FIRST]);
    expect(reader.prepare("SELECT text FROM notes").pluck().all()).to.deep.equal(["seen"]);
    expect(errorOf(() => reader.prepare("DELETE FROM notes").run())).to.be.instanceOf(Error);
    for (const database of [reader, writer]) database.close();
  });

  it("says DATABASE_MISSING to whoever reads what is not there", () => {
    expect(
      isOnusError(
        errorOf(() => readDatabase(file, [])),
        "DATABASE_MISSING",
      ),
    ).to.equal(true);
  });
});
