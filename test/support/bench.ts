import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { Claim } from "../../src/claim/claim.js";
import type { Place } from "../../src/types/place.js";
import { asAddress } from "../../src/types/address.js";
import { Evaluator__factory, RefereeHost__factory, Referee__factory } from "../../typechain-types/index.js";
import type { Referee, RefereeHost } from "../../typechain-types/index.js";

/** A referee with a host in place of the other parts. */
export type Bench = { readonly host: RefereeHost; readonly referee: Referee; readonly registry: Place };

/** @param transcendental Stands in for the transcendental functions; the real ones by default. */
export async function bench(ethers: HardhatEthers, transcendental?: string): Promise<Bench> {
  const [signer] = (await ethers.getSigners()) as [HardhatEthersSigner];
  const functions = transcendental ?? (await (await ethers.deployContract("Transcendental")).getAddress());
  const host = await new RefereeHost__factory(signer).deploy(functions);
  await host.deploy(Evaluator__factory.bytecode, Referee__factory.bytecode);
  const { chainId } = await ethers.provider.getNetwork();
  const registry = { chainId, contract: asAddress(await host.getAddress()) };
  return { host, referee: Referee__factory.connect(await host.referee(), signer), registry };
}

/** What the referee said of one piece of evidence. */
export type Answer = { readonly verdict: string; readonly values: readonly string[]; readonly gas: number };

const FAULTS = ["None", "Element", "OutputRoot", "Padding", "AbsentNode"];

type Case = { readonly claim: Claim; readonly evidence: Uint8Array };

/** The answers of `judge` to many pieces of evidence, at most `together` a call, which has the gas of a transaction. */
export async function judgeAll(place: Bench, cases: readonly Case[], together = 40): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < cases.length;) {
    let bytes = 0;
    let to = from;
    while (to < cases.length && to - from < together && bytes < 60_000)
      bytes += cases[to++]?.evidence.length ?? 0;
    answers.push(...(await judgePart(place, cases.slice(from, to))));
    from = to;
  }
  return answers;
}

/** Halves what is too much for one call. */
async function judgePart(place: Bench, cases: readonly Case[]): Promise<Answer[]> {
  const { host, referee } = place;
  const [claims, evidence] = [cases.map((one) => one.claim), cases.map((one) => one.evidence)];
  const result = await host.judgeEach(claims, evidence).catch((error: unknown) => {
    if (cases.length === 1 || !String(error).includes("out of gas")) throw error;
    return undefined;
  });
  if (result === undefined) {
    const half = cases.length >> 1;
    const first = await judgePart(place, cases.slice(0, half));
    return [...first, ...(await judgePart(place, cases.slice(half)))];
  }
  const [convicted, data, gas] = result;
  return cases.map((_, i) =>
    answerOf(referee, { convicted: convicted[i], data: data[i] ?? "0x", gas: gas[i] }),
  );
}

function answerOf(
  referee: Referee,
  { convicted, data, gas }: { convicted: boolean | undefined; data: string; gas: bigint | undefined },
): Answer {
  const used = Number(gas ?? 0n);
  if (convicted === true) return { verdict: FAULTS[Number(data)] ?? data, values: [], gas: used };
  const error = data === "0x" ? null : referee.interface.parseError(data);
  return {
    verdict: error?.name ?? `revert ${data}`,
    values: error === null ? [] : error.args.map(String),
    gas: used,
  };
}
