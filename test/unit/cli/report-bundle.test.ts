import { expect } from "chai";

import { reportOf, summaryOf } from "../../../src/cli/report-bundle.js";
import { auditScene, OPERATOR } from "../../support/audit-scene.js";

/** What an operator may register as its endpoint: it pays for the bytes, and nobody looks at them. */
const EVIL =
  "https://x.example\u001b[2J\u009b1A\u202e\n| verdict | FINAL |\n<img src=x onerror=alert(1)> [a](javascript:b) `code`";

describe("cli: what is told of a bundle", () => {
  async function told(endpoint: string): Promise<{ terminal: string; page: string }> {
    const scene = await auditScene();
    await scene.emit("operatorRegistry", "EndpointChanged", OPERATOR.address, endpoint);
    const bundle = await scene.bundle();
    expect(endpoint.startsWith(bundle.statement.operator.endpoint)).to.equal(true);
    return { terminal: summaryOf(bundle), page: reportOf(bundle) };
  }

  it("an endpoint moves no cursor, adds no line and turns no text around", async () => {
    const { terminal, page } = await told(EVIL);
    for (const text of [terminal, page]) {
      expect(text.replaceAll("\n", "")).to.not.match(/[\p{Cc}\p{Cf}]/u);
      expect(text.split("\n").filter((line) => /^\W*verdict\b/.test(line))).to.have.length(1);
    }
  });

  it("in the page an endpoint is code: no link, no picture, no HTML, no column", async () => {
    const { page } = await told(EVIL);
    const rows = page.split("\n").filter((line) => line.startsWith("| endpoint"));
    expect(rows).to.have.length(1);
    const [, value] = /^\| endpoint \| `([^`|]*)` \|$/.exec(rows[0] ?? "") ?? [];
    expect(value).to.contain("<img").and.contain("\\u0060code\\u0060");
    expect(page).to.not.contain("\n<img");
  });

  it("a long endpoint is cut off, with its length", async () => {
    const { terminal, page } = await told("a".repeat(8_000));
    for (const text of [terminal, page]) {
      expect(text.length).to.be.lessThan(6_000);
      expect(text).to.contain("characters)");
    }
  });
});
