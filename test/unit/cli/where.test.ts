import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { setting, settingName } from "../../../src/cli/settings.js";
import { accountSource, openForActing, openNamedChain } from "../../../src/cli/where.js";

const SEPOLIA = 11_155_111;
const KEY = `0x${"12".repeat(32)}`;

/** The code of the error that something ends with. */
const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => "none",
    (error: { code?: string }) => error.code ?? String(error),
  );

/** What a node answers that is on Sepolia and holds one account. */
const answers: Readonly<Record<string, unknown>> = {
  eth_chainId: `0x${SEPOLIA.toString(16)}`,
  eth_accounts: [`0x${"11".repeat(20)}`],
};

describe("where a command acts, and as whom", () => {
  const home = process.cwd();
  let directory: string;
  let node: Server;
  let url: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "onus-where-"));
    node = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        if (request.url === "/strange") return response.end("hello");
        if (request.url?.startsWith("/refused")) return response.writeHead(401).end();
        const { id, method } = JSON.parse(body) as { id: number; method: string };
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ jsonrpc: "2.0", id, result: answers[method] }));
      });
    });
    await new Promise<void>((resolve) => node.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
    process.chdir(directory);
  });
  after(() => {
    process.chdir(home);
    node.closeAllConnections();
    node.close();
    rmSync(directory, { recursive: true });
  });
  afterEach(() => {
    for (const name of ["ONUS_KEY", "SEPOLIA_PRIVATE_KEY", "FORK_RPC_URL"]) delete process.env[name];
    rmSync(join(directory, ".env"), { force: true });
  });

  it("settings are named after their network, as .env.example has them", () => {
    expect(settingName("baseSepolia", "RPC_URL")).to.equal("BASE_SEPOLIA_RPC_URL");
    expect(settingName("sepolia", "PRIVATE_KEY")).to.equal("SEPOLIA_PRIVATE_KEY");
    expect(settingName("my-chain 2", "RPC_URL")).to.equal("MY_CHAIN_2_RPC_URL");
  });

  it("a setting comes from the environment, else from .env; one that is empty is not set", () => {
    expect(setting("ONUS_KEY")).to.equal(undefined);
    writeFileSync(".env", "ONUS_KEY=of the file\n");
    expect(setting("ONUS_KEY")).to.equal("of the file");
    process.env["ONUS_KEY"] = "of the environment";
    expect(setting("ONUS_KEY")).to.equal("of the environment");
    process.env["ONUS_KEY"] = "";
    expect(setting("ONUS_KEY")).to.equal("of the file");
  });

  it("a network of one's own is named by its endpoint in .env", async () => {
    writeFileSync(".env", `FORK_RPC_URL=${url}\n`);
    expect((await openNamedChain({ network: "fork" })).chainId).to.equal(SEPOLIA);
    expect((await openNamedChain({ network: "sepolia", rpc: url })).chainId).to.equal(SEPOLIA);
  });

  it("a network that is unknown, has no endpoint, or is another one's chain is refused by name", async () => {
    expect(await codeOf(openNamedChain({ network: "mainnet" }))).to.equal("NETWORK_UNKNOWN");
    expect(await codeOf(openNamedChain({ network: "opSepolia" }))).to.equal("SETTING_MISSING");
    expect(await codeOf(openNamedChain({ network: "opSepolia", rpc: url }))).to.equal("WRONG_CHAIN");
  });

  it("an endpoint that is none is said to be none, and what may be a key in it is not repeated", async () => {
    const secret = "abcdef0123456789";
    for (const [rpc, reason] of [
      [`http://127.0.0.1:1/${secret}`, "ECONNREFUSED"],
      [`${url}/refused/${secret}`, "Unauthorized"],
      [`ftp://${secret}.example/`, "no http"],
      [`${secret}`, "no http"],
      [`${url}/strange`, ""],
    ] as const) {
      const error = await openNamedChain({ rpc }).catch((thrown: unknown) => thrown);
      expect(error, rpc).to.have.property("code", "NETWORK_UNREACHABLE");
      expect((error as Error).message).to.contain(reason);
      if (!rpc.startsWith("ftp")) expect((error as Error).message).to.not.contain(secret);
      expect((error as Error).cause).to.equal(undefined);
    }
  });

  it("a key of the network wins over ONUS_KEY, an account of the node over both", async () => {
    expect(await codeOf(accountSource({}, "fork"))).to.equal("KEY_MISSING");
    process.env["ONUS_KEY"] = KEY;
    expect(await accountSource({}, "fork")).to.deep.equal({ kind: "key", key: KEY, name: "ONUS_KEY" });
    process.env["SEPOLIA_PRIVATE_KEY"] = KEY;
    const named = await accountSource({ network: "sepolia" }, "sepolia");
    expect(named).to.deep.include({ name: "SEPOLIA_PRIVATE_KEY" });
    const account = `0x${"11".repeat(20)}`;
    expect(await accountSource({ network: "sepolia", account }, "sepolia")).to.deep.include({ kind: "node" });
  });

  it("an account that the node does not hold is refused, and so is a deployment that is not there", async () => {
    expect(await codeOf(openForActing({ rpc: url }))).to.equal("NOT_DEPLOYED");
    const deployment = join(home, "test", "support", "fixtures", "addresses.json");
    const account = `0x${"22".repeat(20)}`;
    expect(await codeOf(openForActing({ rpc: url, deployment, account }))).to.equal("ACCOUNT_LOCKED");
  });
});
