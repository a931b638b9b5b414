import { keccak256, toBeHex, zeroPadValue } from "ethers";

import { claimId } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import type { NamedParent } from "../../src/claim/named-parent.js";
import { commitParents } from "../../src/claim/parent-list.js";
import { commitRecords, openRecord } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { artifactId } from "../../src/model/artifact-id.js";
import { modelId } from "../../src/model/model-id.js";
import { questionKey, recordSubject, sessionId } from "../../src/dispute/question.js";
import { parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { asBytes32, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import type { SeededChain, SeededTransaction } from "./seeded-chain.js";

export type SeededClaim = {
  readonly id: Bytes32;
  readonly claim: Claim;
  readonly records: readonly InferenceRecord[];
  /** Index of the claim it was made from, and whether that is bound; it was made from a record of another chain then too. */
  readonly parent?: { readonly of: SeededClaim; readonly bound: boolean };
};

/** A claim of a chain that nobody here looks at: it bears the id of one that is here. */
const ELSEWHERE = { chainId: 10n, contract: parseAddress(`0x${"e1".repeat(20)}`) };

/** What a record was made from, as files name it. */
export const parentsOf = ({ parent }: Pick<SeededClaim, "parent">, index: number): readonly NamedParent[] => {
  if (index !== 0 || parent === undefined) return [];
  const here = { claimId: parent.of.id, recordIndex: 0 };
  return [here, { chainId: String(ELSEWHERE.chainId), claimBook: ELSEWHERE.contract, ...here }];
};

/** What one record is told with, as the indexer takes it. */
export function postedOf(seeded: SeededClaim, index: number): string {
  const { id, records } = seeded;
  const list = commitRecords(records);
  const parents = parentsOf(seeded, index);
  const posted = { claimId: id, index, record: records[index], siblings: openRecord(list, index), parents };
  return JSON.stringify(posted);
}

/** The same numbers for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Operator = { readonly address: Address; readonly signer: Address; jailed: boolean };
type Open = {
  readonly made: SeededClaim;
  readonly operator: Operator;
  readonly submittedAt: number;
  /** One session a claim. */
  asked: boolean;
  /** It was left open: closed when the claim becomes final, ended when it falls. */
  session?: { readonly id: Bytes32; readonly asker: Address };
};

export type History = {
  /** Adds one block in which claims are made, asked about and decided. */
  readonly grow: (claims: number) => Promise<void>;
  readonly claims: readonly SeededClaim[];
};

/** One in so many claims … */
const ASKED = 60;
const LEFT_OPEN = 2;
const MADE_FROM_ANOTHER = 12;
const SIGNED_BY_KEY = 3;
const WINDOW = 600;
const LIABILITY = 10n ** 16n;
const MODELS = 8;
const OPERATORS = 12;

/**
 * Life on a seeded chain: models with versions, operators that sign themselves or by keys, claims of one to four records,
 * some made from others, some asked about, some convicted, most final.
 *
 * @param options.faultOneIn one claim in so many falls
 * @param options.together claims of one transaction
 */
export async function seedHistory(
  chain: SeededChain,
  options: { readonly seed?: number; readonly faultOneIn?: number; readonly together?: number } = {},
): Promise<History> {
  const { seed = 1, faultOneIn = 2_000, together = 1 } = options;
  const random = randomOf(seed);
  const { deployment } = chain;
  const place = (contract: Address) => ({ chainId: BigInt(deployment.chainId), contract });
  const word = (number: number): Bytes32 =>
    asBytes32(keccak256(zeroPadValue(toBeHex(BigInt(number) * 1_000n + BigInt(seed)), 32)));
  let counter = 0;
  const hash = (): Bytes32 => word(++counter);
  const account = (): Address => parseAddress(`0x${hash().slice(26)}`);

  const models: Bytes32[] = [];
  const publishing: SeededTransaction[] = [];
  for (let version = 0; version < MODELS; version++) {
    const publisher = parseAddress(`0x${word(900_000_000 + Math.floor(version / 3)).slice(26)}`);
    const superseded = version % 3 === 0 ? ZERO_HASH : (models.at(-1) as Bytes32);
    const artifact = {
      ...{ kernelCount: 40 + version, weightCount: 12, inputCount: 1, outputCount: 1 },
      ...{ programRoot: hash(), tableRoot: hash(), weightsRoot: hash(), interfaceHash: hash() },
    };
    const content = artifactId(artifact);
    const id = modelId({ publisher, artifactId: content, superseded }, place(deployment.modelRegistry));
    models.push(id);
    const uri = `ipfs://model-${version}`;
    publishing.push({
      events: [
        {
          part: "modelRegistry",
          name: "ModelPublished",
          args: [id, publisher, content, superseded, artifact, uri],
        },
      ],
    });
  }
  await chain.add(publishing);

  const operators: Operator[] = [];
  const join = (): SeededTransaction => {
    const operator = { address: account(), signer: account(), jailed: false };
    operators.push(operator);
    const { address, signer } = operator;
    const now = chain.now() + 12;
    return {
      events: [
        {
          part: "operatorRegistry",
          name: "OperatorRegistered",
          args: [address, `https://operator-${operators.length}.example`],
        },
        { part: "operatorRegistry", name: "Deposited", args: [address, address, 10n ** 24n] },
        { part: "operatorRegistry", name: "SignerAdded", args: [address, signer, now] },
      ],
    };
  };
  await chain.add(Array.from({ length: OPERATORS }, join));

  const claims: SeededClaim[] = [];
  const open: Open[] = [];

  const submit = (): SeededTransaction["events"] => {
    const active = operators.filter(({ jailed }) => !jailed);
    const operator = active[random(active.length)] as Operator;
    const model = models[random(models.length)] as Bytes32;
    const former =
      claims.length > 20 && random(MADE_FROM_ANOTHER) === 0 ? claims[random(claims.length)] : undefined;
    const n = 1 + (random(4) === 0 ? random(4) : 0);
    const records = Array.from({ length: n }, (_, index): InferenceRecord => {
      const parents =
        index === 0 && former
          ? commitParents(
              [place(deployment.claimBook), ELSEWHERE].map((book) => ({
                ...{ claimId: former.id, recordIndex: 0, book },
              })),
            )
          : undefined;
      return {
        requester: account(),
        ...{ salt: hash(), inputRoot: hash(), outputRoot: hash(), traceRoot: ZERO_HASH },
        parentsRoot: parents?.root ?? ZERO_HASH,
        parentsCount: parents?.count ?? 0,
      };
    });
    const claim: Claim = {
      operator: operator.address,
      modelId: model,
      nonce: BigInt(claims.length),
      recordsRoot: commitRecords(records).root,
      n,
      liability: asWei(LIABILITY * BigInt(1 + random(9))),
      window: asSeconds(BigInt(WINDOW)),
    };
    const id = claimId(claim, place(deployment.claimBook));
    const bound = former !== undefined && random(2) === 0;
    const made: SeededClaim = { id, claim, records, ...(former && { parent: { of: former, bound } }) };
    claims.push(made);
    open.push({ made, operator, submittedAt: chain.now() + 12, asked: false });
    const submitter = random(SIGNED_BY_KEY) === 0 ? operator.signer : operator.address;
    const { recordsRoot, liability, window, nonce } = claim;
    const edges: SeededTransaction["events"] =
      former === undefined
        ? []
        : [
            { part: "lineage", name: "EdgeStated", args: [id, former.id, 0, 0] },
            ...(bound
              ? [
                  {
                    part: "lineage" as const,
                    name: "EdgeBound",
                    args: [id, former.id, 0, 0, 0, 0, former.records[0]?.outputRoot],
                  },
                ]
              : []),
          ];
    return [
      {
        part: "claimBook",
        name: "ClaimSubmitted",
        args: [id, operator.address, model, submitter, nonce, recordsRoot, n, liability, window],
      },
      ...edges,
    ];
  };

  let sessions = 0;
  const ended: { readonly id: Bytes32; readonly asker: Address }[] = [];

  const ask = (about: Open): SeededTransaction["events"] => {
    const { made, operator } = about;
    const { id, claim, records } = made;
    const asker = account();
    const session = sessionId({ subject: id, asker, nonce: 0n }, place(deployment.inquiry));
    const path = openRecord(commitRecords(records), 0);
    const { key, subject } = questionKey("record", 0, recordSubject(claim.recordsRoot, path.length, 0));
    const record = records[0] as InferenceRecord;
    const data = [
      record.requester.toLowerCase(),
      ...[record.salt, record.inputRoot, record.outputRoot, record.traceRoot, record.parentsRoot],
      `0x${record.parentsCount.toString(16).padStart(2, "0")}00000000`,
      ...path,
    ].reduce((all, part) => all + part.slice(2), "0x");
    const deadline = chain.now() + 42;
    if (++sessions % LEFT_OPEN === 0) about.session = { id: session, asker };
    return [
      { part: "claimBook", name: "ClaimContested", args: [id, 1] },
      { part: "inquiry", name: "SessionOpened", args: [session, id, asker, operator.address, 1_600n] },
      {
        part: "inquiry",
        name: "Asked",
        args: [session, key, 1, 0, subject, [0, 0, 0, 0xffff_ffff, 0], deadline, 9_000n],
      },
      { part: "inquiry", name: "Answered", args: [key, session, operator.address, 1, 0, data, 100n] },
      { part: "inquiry", name: "TraceStated", args: [id, 0, hash(), operator.address] },
      ...(about.session === undefined ? close(id, session) : []),
    ];
  };

  const close = (claim: Bytes32, session: Bytes32): SeededTransaction["events"] => [
    { part: "inquiry", name: "SessionClosed", args: [session, chain.now() + 42, 0] },
    { part: "claimBook", name: "ClaimReleased", args: [claim, 0, chain.now() + 42 + WINDOW] },
  ];
  const settle = ({ id, asker }: { id: Bytes32; asker: Address }): SeededTransaction["events"] => [
    { part: "inquiry", name: "SessionSettled", args: [id, asker, 9_000n, 0, 0, 0] },
  ];

  const decide = ({ made, operator, submittedAt, session }: Open, falls: boolean): SeededTransaction => {
    const { id, claim } = made;
    const now = chain.now() + 12;
    const weight = claim.liability * BigInt(now - submittedAt);
    const noted = {
      part: "standing" as const,
      name: "ClaimNoted",
      args: [id, operator.address, claim.modelId, !falls, weight, now],
    };
    if (!falls)
      return {
        events: [
          ...(session === undefined ? [] : close(id, session.id)),
          { part: "claimBook", name: "ClaimFinalized", args: [id, operator.address, claim.liability] },
          noted,
        ],
      };
    const beneficiary = account();
    const jail = operator.jailed
      ? []
      : [{ part: "operatorRegistry" as const, name: "OperatorJailed", args: [operator.address] }];
    operator.jailed = true;
    if (session !== undefined) ended.push(session);
    const child = claims.find(({ parent }) => parent?.of === made);
    const taint =
      child === undefined
        ? []
        : [{ part: "lineage" as const, name: "TaintPushed", args: [child.id, id, id, 0, 0, 2, 1] }];
    return {
      to: deployment.referee,
      data: `0x${"c0".repeat(4)}${id.slice(2)}`,
      events: [
        ...jail,
        {
          part: "operatorRegistry",
          name: "PenaltyBooked",
          args: [id, operator.address, beneficiary, claim.liability],
        },
        {
          part: "claimBook",
          name: "ClaimFaulted",
          args: [id, operator.address, 1 + random(4), beneficiary, claim.liability],
        },
        noted,
        ...taint,
      ],
    };
  };

  const grow = async (count: number): Promise<void> => {
    const transactions: SeededTransaction[] = [];
    if (operators.filter(({ jailed }) => !jailed).length < OPERATORS) transactions.push(join());
    const submitted = Array.from({ length: count }, submit);
    for (let first = 0; first < submitted.length; first += together)
      transactions.push({ events: submitted.slice(first, first + together).flat() });
    const old = open.filter(({ submittedAt, asked }) => submittedAt <= chain.now() && !asked);
    for (let number = 0; number < Math.ceil(count / ASKED); number++) {
      const one = old.length === 0 ? undefined : old[random(old.length)];
      if (one === undefined || one.asked) continue;
      one.asked = true;
      transactions.push({ events: ask(one) });
    }
    // Of two sessions that ended with their claims one is settled.
    if (ended.length > 1) transactions.push({ events: settle(ended.splice(0, 2)[1]!) });
    const due = open.filter(({ submittedAt }) => submittedAt + WINDOW <= chain.now()).slice(0, 4 * count);
    const decided: SeededTransaction[] = [];
    for (const one of due) {
      open.splice(open.indexOf(one), 1);
      decided.push(decide(one, random(faultOneIn) === 0));
    }
    for (let first = 0; first < decided.length;) {
      const falls = decided[first]?.to !== undefined;
      const size = falls ? 1 : together;
      const part = decided.slice(first, first + size);
      const upTo = part.findIndex(({ to }, at) => at > 0 && to !== undefined);
      const taken = upTo > 0 ? part.slice(0, upTo) : part;
      transactions.push({ ...taken[0], events: taken.flatMap(({ events }) => events) });
      first += taken.length;
    }
    await chain.add(transactions);
  };
  return { grow, claims };
}
