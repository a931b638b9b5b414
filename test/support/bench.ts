import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { Claim, Place } from "../../src/claim/identities.js";
import { asAddress } from "../../src/types/address.js";
import { RefereeHost__factory, Referee__factory } from "../../typechain-types/index.js";
import type { Referee, RefereeHost } from "../../typechain-types/index.js";

/** A referee with a host in place of the other parts. */
export type Bench = { readonly host: RefereeHost; readonly referee: Referee; readonly registry: Place };

export async function bench(ethers: HardhatEthers): Promise<Bench> {
  const [signer] = (await ethers.getSigners()) as [HardhatEthersSigner];
  const transcendental = await (await ethers.getContractFactory("Transcendental")).deploy();
  const host = await new RefereeHost__factory(signer).deploy(await transcendental.getAddress());
  await host.deploy(Referee__factory.bytecode);
  const { chainId } = await ethers.provider.getNetwork();
  const registry = { chainId, contract: asAddress(await host.getAddress()) };
  return { host, referee: Referee__factory.connect(await host.referee(), signer), registry };
}

/** What the referee said of one piece of evidence. */
export type Answer = { readonly verdict: string; readonly values: readonly string[]; readonly gas: number };

const FAULTS = ["None", "Element", "OutputRoot", "Padding", "AbsentNode"];

/** The answers of `judge` to many pieces of evidence, at most `together` a call, which has the gas of a transaction. */
export async function judgeAll(
  { host, referee }: Bench,
  cases: readonly { readonly claim: Claim; readonly evidence: Uint8Array }[],
  together = 40,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < cases.length;) {
    let bytes = 0;
    let to = from;
    while (to < cases.length && to - from < together && bytes < 60_000)
      bytes += cases[to++]?.evidence.length ?? 0;
    const part = cases.slice(from, to);
    const [convicted, data, gas] = await host.judgeEach(
      part.map(({ claim }) => claim),
      part.map(({ evidence }) => evidence),
    );
    part.forEach((_, i) =>
      answers.push(answerOf(referee, { convicted: convicted[i], data: data[i] ?? "0x", gas: gas[i] })),
    );
    from = to;
  }
  return answers;
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
