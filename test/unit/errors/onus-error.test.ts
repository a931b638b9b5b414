import { expect } from "chai";

import { catalogue, type CatalogueEntry } from "../../../src/errors/catalogue.js";
import { exitStatus, formatError } from "../../../src/errors/format-error.js";
import { isOnusError, OnusError } from "../../../src/errors/onus-error.js";

const malformed = () =>
  new OnusError("MALFORMED_VALUE", { name: "stake", expected: "an amount", found: '"much"' });

describe("OnusError", () => {
  it("makes its sentence and its hint from the context", () => {
    const error = malformed();
    expect(error.message).to.equal('stake: expected an amount, found "much"');
    expect(error.hint).to.equal("write stake as an amount");
    expect(error.context).to.deep.equal({ name: "stake", expected: "an amount", found: '"much"' });
    expect(error.exit).to.equal(2);
  });

  it("is told apart by its code", () => {
    expect(isOnusError(malformed(), "MALFORMED_VALUE")).to.equal(true);
    expect(isOnusError(malformed(), "USAGE")).to.equal(false);
    expect(isOnusError(new Error("stake"))).to.equal(false);
  });

  it("keeps the error that caused it", () => {
    const cause = new Error("disk full");
    expect(new OnusError("USAGE", { problem: "no" }, { cause }).cause).to.equal(cause);
  });
});

describe("catalogue", () => {
  it("has codes in upper case and exit statuses that a shell passes on unchanged", () => {
    for (const [code, entry] of Object.entries<CatalogueEntry>(catalogue)) {
      expect(code).to.match(/^[A-Z][A-Z0-9_]+$/);
      expect(entry.exit, code).to.be.within(1, 125);
    }
  });
});

describe("formatError", () => {
  it("tells a person the code, the sentence and the next command", () => {
    expect(formatError(malformed())).to.equal(
      'error MALFORMED_VALUE: stake: expected an amount, found "much"\n  hint: write stake as an amount',
    );
  });

  it("tells a program one JSON object with the context, bigints as decimal strings", () => {
    const error = malformed();
    Object.assign(error.context, { wei: 10n ** 18n });
    expect(JSON.parse(formatError(error, { json: true }))).to.deep.equal({
      error: {
        code: "MALFORMED_VALUE",
        message: 'stake: expected an amount, found "much"',
        hint: "write stake as an amount",
        context: { name: "stake", expected: "an amount", found: '"much"', wei: "1000000000000000000" },
      },
    });
  });

  it("shows the stack of an error nobody foresaw, and ends with status 1", () => {
    const error = new TypeError("x is not a function");
    expect(formatError(error)).to.match(/^unexpected error: TypeError: x is not a function\n\s+at /);
    expect(exitStatus(error)).to.equal(1);
    expect(exitStatus(malformed())).to.equal(2);
  });
});
