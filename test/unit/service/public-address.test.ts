import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import fc from "fast-check";

import { download, Withheld } from "../../../src/service/download.js";
import { lookUpPublic } from "../../../src/service/look-up-public.js";
import type { Resolve } from "../../../src/service/look-up-public.js";
import { isPublicAddress } from "../../../src/service/public-address.js";

const dotted = (word: number): string => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join(".");
/** First and last address of each network that is not public, and the neighbours that are. */
const EDGES: readonly (readonly [
  first: string,
  last: string,
  before?: string | undefined,
  after?: string,
])[] = [
  ["0.0.0.0", "0.255.255.255", undefined, "1.0.0.0"],
  ["10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"],
  ["100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"],
  ["127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"],
  ["169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"],
  ["172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"],
  ["192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"],
  ["192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"],
  ["198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"],
  ["224.0.0.0", "255.255.255.255", "223.255.255.255"],
  ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7::1", "2001:db9::"],
  ["2002::", "2002:ffff::1", "2001:4860:4860::8888", "2003::"],
];

describe("service: addresses that strangers may lead to", () => {
  it("are those between the networks that are not public, to the last address", () => {
    for (const [first, last, before, after] of EDGES) {
      expect([isPublicAddress(first), isPublicAddress(last)], first).to.deep.equal([false, false]);
      for (const beside of [before, after])
        if (beside !== undefined) expect(isPublicAddress(beside), beside).to.equal(true);
    }
  });

  it("are in no form that wraps an address of IPv4, whichever it is, and no other special one of IPv6", () => {
    for (const ip of ["127.0.0.1", "10.0.0.1", "169.254.169.254", "8.8.8.8"]) {
      const [a, b, c, d] = ip.split(".").map(Number) as [number, number, number, number];
      const [high, low] = [((a << 8) | b).toString(16), ((c << 8) | d).toString(16)];
      const wrapped = [`::ffff:${ip}`, `::ffff:${high}:${low}`, `::${ip}`, `::ffff:0:${high}:${low}`];
      wrapped.push(`64:ff9b::${high}:${low}`, `64:ff9b:1::${high}:${low}`, `2002:${high}:${low}::1`);
      wrapped.push(`2001:0:${high}:${low}::`, `0:0:0:0:0:ffff:${high}:${low}`);
      for (const address of wrapped) expect(isPublicAddress(address), address).to.equal(false);
    }
    for (const address of [
      "::",
      "::1",
      "fe80::1",
      "fe80::1%eth0",
      "fc00::1",
      "fdff::1",
      "ff02::1",
      "fec0::1",
    ])
      expect(isPublicAddress(address), address).to.equal(false);
    for (const address of ["100::1", "5f00::1", "3fff::1", "2001:20::1", "4000::", "1fff::1"])
      expect(isPublicAddress(address), address).to.equal(false);
    for (const name of ["", "localhost", "example.org", "127.1", "0x7f.0.0.1", "2130706433", "[::1]"])
      expect(isPublicAddress(name), name).to.equal(false);
  });

  it("are never in the private networks, whatever the rest of the address is", () => {
    const inside = fc.constantFrom<readonly [number, number]>(
      ...([[0x7f000000, 8] as const, [0x0a000000, 8], [0xac100000, 12], [0xc0a80000, 16]] as const),
      ...([[0xa9fe0000, 16] as const, [0x64400000, 10], [0xe0000000, 4], [0, 8]] as const),
    );
    fc.assert(
      fc.property(inside, fc.integer({ min: 0, max: 0xffff_ffff }), ([network, prefix], host) => {
        const ip = dotted((network | (host & (0xffff_ffff >>> prefix))) >>> 0);
        return !isPublicAddress(ip) && !isPublicAddress(`::ffff:${ip}`);
      }),
    );
  });

  describe("a download", () => {
    let port: number;
    let asked = 0;
    const server = createServer((_, response) => {
      asked++;
      response.end("secret");
    });
    before(async () => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      ({ port } = server.address() as AddressInfo);
    });
    beforeEach(() => (asked = 0));
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    const get = (host: string, given: { resolve?: Resolve; allowsPrivate?: boolean } = {}) =>
      download(new URL(`http://${host}:${port}/v1`), {
        ...{ mostBytes: 100, milliseconds: 2_000, allowsPrivate: false, ...given },
      });
    const kindOf = async (pending: Promise<unknown>): Promise<string> => {
      const error: unknown = await pending.catch((failure: unknown) => failure);
      expect(error).to.be.instanceOf(Withheld);
      return (error as Withheld).kind;
    };
    const to =
      (...addresses: string[]): Resolve =>
      async () =>
        addresses;

    it("goes to no literal address of this machine, however it is written, and says which option would", async () => {
      const spellings = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "017700000001"];
      spellings.push(
        "0177.0.0.1",
        "127.0.0.1.",
        "0",
        "0.0.0.0",
        "①②⑦.0.0.1",
        "%31%32%37.0.0.1",
        "user@127.0.0.1",
      );
      spellings.push("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]");
      spellings.push("[64:ff9b::7f00:1]", "[2002:7f00:1::1]", "[::127.0.0.1]", "[fe80::1]", "10.0.0.1");
      for (const host of spellings) expect(await kindOf(get(host)), host).to.equal("nowhere");
      const error = (await get("127.1").catch((failure: unknown) => failure)) as Error;
      expect(error.message).to.contain("--allow-private-endpoints");
      expect(asked).to.equal(0);
    });

    it("goes to no name that leads to this machine, be it one of several", async () => {
      for (const found of [
        ...[["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["192.0.2.1"]],
        ["10.0.0.1", "fe80::1%lo", "127.0.0.1"],
      ])
        expect(await kindOf(get("name.test", { resolve: to(...found) })), `${found}`).to.equal("nowhere");
      expect(asked).to.equal(0);
    });

    it("connects to public addresses of what a name gave this once, and to none that it gives the next time", async () => {
      const answers = [["127.0.0.1", "240.0.0.1", "1.0.0.0", "2003::1"], ["127.0.0.1"]];
      const lookup = lookUpPublic(
        async () => answers.shift() ?? [],
        () => new Error("not public"),
      );
      const look = (all: boolean) =>
        new Promise((done) =>
          lookup("rebinding.test", { all }, (error, found) => done(error?.message ?? found)),
        );
      expect(await look(true)).to.deep.equal([
        { address: "1.0.0.0", family: 4 },
        { address: "2003::1", family: 6 },
      ]);
      expect(await look(true)).to.equal("not public");
      expect(await look(false)).to.equal("the name rebinding.test has no address");
    });

    it("does not follow an answer that leads to this machine", async () => {
      const leading = createServer((_, response) =>
        response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end(),
      );
      await new Promise<void>((resolve) => leading.listen(0, "127.0.0.1", resolve));
      const url = new URL(`http://127.0.0.1:${(leading.address() as AddressInfo).port}/`);
      expect(
        await kindOf(download(url, { mostBytes: 9, milliseconds: 2_000, allowsPrivate: true })),
      ).to.equal("refusal");
      expect(asked).to.equal(0);
      leading.closeAllConnections();
      leading.close();
    });

    it("goes there where it may, and takes no connection from whoever may", async () => {
      expect(Buffer.from(await get("127.0.0.1", { allowsPrivate: true })).toString()).to.equal("secret");
      expect(Buffer.from(await get("localhost", { allowsPrivate: true })).toString()).to.equal("secret");
      expect(asked).to.equal(2);
      // The connection above is kept open, and is not for this one.
      expect(await kindOf(get("localhost", { resolve: to("127.0.0.1") }))).to.equal("nowhere");
      expect(asked).to.equal(2);
    });

    it("ends where whoever is asked turns to another protocol, of which nothing says that it failed", async () => {
      const turning = createServer().on("connection", (socket) => {
        const status = "HTTP/1.1 101 Switching Protocols";
        socket.write(`${status}\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n`);
      });
      await new Promise<void>((resolve) => turning.listen(0, "127.0.0.1", resolve));
      const url = new URL(`http://127.0.0.1:${(turning.address() as AddressInfo).port}/`);
      const pending = download(url, { mostBytes: 9, milliseconds: 2_000, allowsPrivate: true });
      expect(await kindOf(pending)).to.equal("no answer");
      turning.closeAllConnections();
      turning.close();
    });

    it("is nothing where the answer is packed, since it may unfold without end", async () => {
      const packing = createServer((_, response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end("x"),
      );
      await new Promise<void>((resolve) => packing.listen(0, "127.0.0.1", resolve));
      const url = new URL(`http://127.0.0.1:${(packing.address() as AddressInfo).port}/`);
      const pending = download(url, { mostBytes: 9, milliseconds: 2_000, allowsPrivate: true });
      expect(await kindOf(pending)).to.equal("content");
      packing.closeAllConnections();
      packing.close();
    });
  });
});
