import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { download, Withheld } from "../../../src/service/download.js";
import { openOperatorEndpoint } from "../../../src/service/operator-endpoint.js";
import { claimId } from "../../../src/claim/claim.js";
import { commitParents, MAX_PARENTS } from "../../../src/claim/parent-list.js";
import { commitRecords } from "../../../src/claim/record-list.js";
import { decodeClaimFile, encodeClaimFile } from "../../../src/store/claim-file.js";
import { bytesOfTensor } from "../../../src/run/engine.js";
import { PLACES } from "../../support/dispute-arena.js";
import { someModel } from "../../support/dispute-models.js";
import { stageClaim } from "../../support/staged-claim.js";

const { committed, own } = someModel(9);
const staged = stageClaim({ committed, own, theirs: own, n: 3 });
const { claim } = staged;
const ID = claimId(claim, PLACES.claimBook);
const { records } = staged.operator.records;
const READING = { claimPlace: PLACES.claimBook, readClaimFile: decodeClaimFile, allowsPrivate: true };
const FILE = encodeClaimFile({ claim, records, model: staged.exhibit.model });

describe("service: what is fetched from strangers", () => {
  let answer: (path: string, response: ServerResponse) => void;
  let url: string;
  const server = createServer((request, response) => answer(request.url ?? "", response));
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const whyOf = async (pending: Promise<unknown>): Promise<string> => {
    const error = await pending.then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).to.be.instanceOf(Withheld);
    return (error as Error).message;
  };
  const get = (mostBytes: number, milliseconds = 5_000) =>
    download(new URL(`${url}/file`), { mostBytes, milliseconds, allowsPrivate: true });

  it("comes whole up to the bound, and not a byte more is taken", async () => {
    answer = (_, response) => response.end(new Uint8Array(1_000));
    expect((await get(1_000)).length).to.equal(1_000);
    expect(await whyOf(get(999))).to.contain("more than 999 bytes");
  });

  it("is withheld where the answer is an error, or leads elsewhere", async () => {
    answer = (_, response) => response.writeHead(404).end();
    expect(await whyOf(get(10))).to.contain("status 404");
    answer = (_, response) => response.writeHead(302, { location: "/other" }).end();
    await whyOf(get(10));
  });

  it("is withheld where nothing comes in time, or drips", async () => {
    answer = () => undefined;
    expect(await whyOf(get(10, 50))).to.contain("0 bytes within 50 ms");
    answer = (_, response) => {
      response.write("a");
      const drip = setInterval(() => response.write("a"), 10);
      response.once("close", () => clearInterval(drip));
    };
    expect(await whyOf(get(1_000_000, 100))).to.match(/\d+ bytes within 100 ms/);
  });

  it("ends at once with the program", async () => {
    answer = () => undefined;
    const ending = new AbortController();
    const bounds = { mostBytes: 10, milliseconds: 60_000, signal: ending.signal, allowsPrivate: true };
    const waiting = download(new URL(`${url}/file`), bounds).catch((error: Error) => error.name);
    ending.abort();
    expect(await waiting).to.equal("AbortError");
  });

  describe("from an operator", () => {
    const endpoint = () => openOperatorEndpoint(`${url}/`, { milliseconds: 1_000, ...READING });
    const serve = (text: string | Uint8Array) => {
      answer = (_, response) => response.end(text);
    };

    it("records are those of the claim's root", async () => {
      let asked = "";
      answer = (path, response) => {
        asked = path;
        response.end(FILE);
      };
      expect((await endpoint().records(claim, ID)).root).to.equal(claim.recordsRoot);
      expect(asked).to.equal(`/v1/claims/${ID}`);
    });

    it("another claim, other records, fewer of them and no JSON are withheld", async () => {
      const { model } = staged.exhibit;
      serve(encodeClaimFile({ claim: { ...claim, nonce: 99n }, records, model }));
      expect(await whyOf(endpoint().records(claim, ID))).to.contain("another one");
      const [first, ...rest] = records;
      serve(encodeClaimFile({ claim, records: [{ ...first!, salt: claim.recordsRoot }, ...rest], model }));
      expect(await whyOf(endpoint().records(claim, ID))).to.contain("not those it claimed");
      serve(encodeClaimFile({ claim, records: rest, model }));
      expect(await whyOf(endpoint().records(claim, ID))).to.contain("2 records of 3");
      serve("<html>");
      await whyOf(endpoint().records(claim, ID));
    });

    it("records come with as many parents as they may have, however long their places are", async () => {
      const parent = {
        claimId: ID,
        recordIndex: 0xffff_ffff,
        book: { ...PLACES.claimBook, chainId: 2n ** 256n - 1n },
      };
      const parents = Array.from({ length: MAX_PARENTS }, () => parent);
      const { root: parentsRoot, count: parentsCount } = commitParents(parents);
      const children = records.map((record) => ({ ...record, parentsRoot, parentsCount }));
      const made = { ...claim, recordsRoot: commitRecords(children).root };
      const { model } = staged.exhibit;
      serve(encodeClaimFile({ claim: made, records: children, model, parents: children.map(() => parents) }));
      const found = await endpoint().records(made, claimId(made, PLACES.claimBook));
      expect(found.root).to.equal(made.recordsRoot);
      expect(found.parents?.[2]).to.deep.equal(parents);
    });

    it("an input is the record's, to the last byte", async () => {
      const { artifact } = committed;
      const tensors = own.run.tensors.slice(0, artifact.inputs.length).map(bytesOfTensor);
      const of = { id: ID, index: 0, root: own.roots.input, artifact };
      const show = (alter: (bytes: Uint8Array) => Uint8Array) => {
        answer = (path, response) => response.end(alter(tensors[Number(path.split("/").at(-1))]!));
      };
      show((bytes) => bytes);
      expect((await endpoint().inputs(of)).map(bytesOfTensor)).to.deep.equal(tensors);
      show((bytes) => bytes.map((byte) => byte ^ 1));
      expect(await whyOf(endpoint().inputs(of))).to.contain("not the one it claimed");
      show((bytes) => bytes.slice(1));
      await whyOf(endpoint().inputs(of));
      show((bytes) => Uint8Array.from([...bytes, 0]));
      await whyOf(endpoint().inputs(of));
    });

    it("an endpoint that is no http address has nothing", async () => {
      for (const uri of ["", "file:///etc", "ftp://host"]) {
        const nowhere = openOperatorEndpoint(uri, { milliseconds: 100, ...READING });
        expect(await whyOf(nowhere.records(claim, ID))).to.contain("no http address");
      }
    });
  });
});
