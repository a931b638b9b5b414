import { id, isError, type Interface } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { claimId, type Claim } from "../../src/claim/claim.js";
import { modelId, type ModelIdentity } from "../../src/model/model-id.js";
import { asAddress, type Address } from "../../src/types/address.js";
import { Inquiry__factory } from "../../typechain-types/index.js";
import { ZERO_HASH, type Bytes32 } from "../../src/types/bytes32.js";
import type { Place } from "../../src/types/place.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { commitTiny, type Committed } from "./inquiry-questions.js";
import { consentOf, deployProtocol, fund, publish, stake } from "./protocol.js";

/** Wei of stake token behind each publisher's model, odd. */
export const PUBLISHER_BOND = 1_001n;

/** Sets of records that claims are made over, again and again: claims over the same set share most of their answers. */
const LISTS = [
  { n: 5, onDemand: [1, 2, 4] },
  { n: 1, onDemand: [0] },
] as const;

type Template = { readonly committed: Committed; readonly onDemand: readonly number[] };

/** What claims of a play look like, in order; all are submitted by their operators when the play says so. */
const CLAIMS = [
  { operator: 0, list: 0, liability: 1_000n, window: 60n },
  { operator: 0, list: 1, liability: 3_333n, window: 150n },
  { operator: 1, list: 0, liability: 4_001n, window: 75n },
  { operator: 0, list: 0, liability: 1_001n, window: 300n },
  { operator: 1, list: 1, liability: 1_000n, window: 61n },
] as const;

export type PreparedClaim = { readonly claim: Claim; readonly claimId: Bytes32; readonly template: Template };
export type PreparedModel = { readonly identity: ModelIdentity; readonly modelId: Bytes32 };

/** A deployment with its real inquiry, two operators with stake, two bonded models of one artifact, and claims to submit. */
export async function inquiryGround(connection: NetworkConnection<"generic">) {
  const protocol = await deployProtocol(connection, { inquiryName: "Inquiry" });
  const { ethers, actors, onus, modelRegistry, operatorRegistry, claimBook } = protocol;
  const operators = [actors.operator, actors.otherOperator] as const;
  for (const operator of operators) await stake(protocol, operator, 1_000_000n);
  const consent = await consentOf(protocol, actors.signer, actors.operator.address);
  await operatorRegistry.connect(actors.operator).addSigner(actors.signer.address, consent);

  const place = async (contract: { getAddress(): Promise<string> }): Promise<Place> => ({
    chainId: (await ethers.provider.getNetwork()).chainId,
    contract: lower(await contract.getAddress()),
  });
  const registry = await place(modelRegistry);
  const book = await place(claimBook);
  const requester = lower(actors.requester.address);
  const templates = LISTS.map(({ n, onDemand }) => ({
    committed: commitTiny(requester, n, onDemand),
    onDemand,
  }));
  const { artifact } = templates[0]!.committed;

  const models: PreparedModel[] = [];
  for (const publisher of [actors.publisher, actors.operator]) {
    await fund(protocol, publisher, PUBLISHER_BOND);
    await publish({ ...protocol, actors: { ...actors, publisher } }, artifact.commitment);
    const identity = {
      publisher: lower(publisher.address),
      artifactId: artifact.id,
      superseded: ZERO_HASH,
    };
    const published = modelId(identity, registry);
    await modelRegistry.connect(publisher).depositBond(published, PUBLISHER_BOND);
    models.push({ identity, modelId: published });
  }
  const claims = CLAIMS.map(({ operator, list, liability, window }, nonce): PreparedClaim => {
    const template = templates[list]!;
    const claim: Claim = {
      operator: lower(operators[operator].address),
      modelId: models[0]!.modelId,
      nonce: BigInt(nonce),
      recordsRoot: template.committed.records.root,
      n: template.committed.records.records.length,
      liability: asWei(liability),
      window: asSeconds(window),
    };
    return { claim, claimId: claimId(claim, book), template };
  });
  const readings = await ethers.deployContract("Readings");
  const inquiry = Inquiry__factory.connect(await onus.inquiry(), ethers.provider);
  return {
    protocol,
    inquiry,
    inquiryPlace: await place(inquiry),
    models,
    claims,
    publishers: [actors.publisher, actors.operator] as const,
    bonds: [PUBLISHER_BOND, PUBLISHER_BOND] as const,
    operators,
    addresses: {
      inquiry: await onus.inquiry(),
      claimBook: await claimBook.getAddress(),
      modelRegistry: await modelRegistry.getAddress(),
      readings: await readings.getAddress(),
      referee: await onus.referee(),
    },
    wire: new Wire(connection, [
      inquiry.interface,
      claimBook.interface,
      modelRegistry.interface,
      operatorRegistry.interface,
    ]),
  };
}

export type InquiryGround = Awaited<ReturnType<typeof inquiryGround>>;

export function lower(address: string): Address {
  return asAddress(address.toLowerCase());
}

/** The selector of Readings.read. */
const READ = id("read(bytes)").slice(0, 10);

const wordOf = (value: number): string => value.toString(16).padStart(64, "0");

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** The chain at its plainest: one transaction a block, its second and its base fee set; refusals come back by name. */
export class Wire {
  readonly #provider: NetworkConnection<"generic">["provider"];
  readonly #interfaces: readonly Interface[];

  constructor(connection: NetworkConnection<"generic">, interfaces: readonly Interface[]) {
    this.#provider = connection.provider;
    this.#interfaces = interfaces;
  }

  async send(
    call: { readonly from: string; readonly to: string; readonly data: string },
    { now, baseFee, gasPrice, value }: Record<"now" | "baseFee" | "gasPrice" | "value", bigint>,
  ): Promise<string | undefined> {
    const request = (method: string, params: unknown[]) => this.#provider.request({ method, params });
    await request("evm_setNextBlockTimestamp", [hex(now)]);
    await request("hardhat_setNextBlockBaseFeePerGas", [hex(baseFee)]);
    try {
      await request("eth_sendTransaction", [
        { ...call, gas: hex(8_000_000n), gasPrice: hex(gasPrice), value: hex(value) },
      ]);
      return undefined;
    } catch (thrown) {
      return this.#nameOf(thrown);
    }
  }

  /** The words that many views return, one after the other in hex; `list` as contracts/mocks/Readings.sol reads it. */
  async readAll(readings: string, list: string): Promise<string> {
    const length = list.length / 2;
    const data = [READ, wordOf(32), wordOf(length), list, "00".repeat((32 - (length % 32)) % 32)].join("");
    const params = [{ to: readings, data, gas: hex(16_000_000n) }, "latest"];
    const answer = (await this.#provider.request({ method: "eth_call", params })) as string;
    const bytes = Number(`0x${answer.slice(66, 130)}`);
    return answer.slice(130, 130 + 2 * bytes);
  }

  #nameOf(thrown: unknown): string {
    const data = revertData(thrown);
    if (data === undefined) throw thrown;
    for (const known of this.#interfaces) {
      const error = known.parseError(data);
      if (error !== null) return error.name;
    }
    return data;
  }
}

/** The bytes a transaction reverted with, wherever the provider put them. */
function revertData(thrown: unknown): string | undefined {
  if (isError(thrown, "CALL_EXCEPTION")) return thrown.data ?? undefined;
  for (let at: unknown = thrown, depth = 0; depth < 4 && typeof at === "object" && at !== null; depth++) {
    const { data } = at as { data?: unknown };
    if (typeof data === "string") return data;
    at = data;
  }
  return undefined;
}
