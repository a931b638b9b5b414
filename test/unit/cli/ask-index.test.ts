import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { askIndex } from "../../../src/cli/ask-index.js";
import { isOnusError } from "../../../src/errors/onus-error.js";

const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => "answered",
    (error: unknown) => (isOnusError(error) ? error.code : String(error)),
  );

describe("asking an index", () => {
  let server: Server;
  let url: string;

  before(async () => {
    server = createServer(({ url: path }, response) => {
      if (path === "/known") return response.end('{"claims":3}');
      response.writeHead(path === "/broken" ? 500 : 404).end("<html>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  it("gives what it answers", async () => {
    expect(await askIndex(url, "/known")).to.deep.equal({ claims: 3 });
  });

  it("tells what is not indexed from an index that does not answer", async () => {
    expect(await codeOf(askIndex(url, "/unknown"))).to.equal("NOT_INDEXED");
    expect(await codeOf(askIndex(url, "/broken"))).to.equal("INDEX_UNREACHABLE");
    expect(await codeOf(askIndex("http://127.0.0.1:1", "/known"))).to.equal("INDEX_UNREACHABLE");
  });
});
