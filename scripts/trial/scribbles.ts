import type { FunctionFragment, Interface, ParamType } from "ethers";

import { windowEnd } from "../../src/dispute/clocks.js";
import type { DisputeView } from "../../src/dispute/dispute-view.js";
import type { Random } from "../../test/support/random.js";
import type { Actor, RawCall } from "./actor.js";
import { randomQuestion } from "./questions.js";
import { PARTY } from "./scene.js";
import type { Scene } from "./scene.js";

const BURSTS = 8;
const CALLS_IN_A_BURST = 12;

/** Calls every function of every contract, with values that mean something somewhere, and with noise. */
export function scribbles(scene: Scene): Actor {
  const { ground, random } = scene;
  const { account, contracts } = ground.as(PARTY.attacker);
  const { deployment } = contracts;
  const targets: readonly (readonly [string, Interface])[] = [
    [deployment.onus, contracts.onus.interface],
    [deployment.modelRegistry, contracts.models.interface],
    [deployment.operatorRegistry, contracts.operators.interface],
    [deployment.claimBook, contracts.claims.interface],
    [deployment.referee, contracts.referee.interface],
    [deployment.workbench, contracts.workbench.interface],
    [deployment.inquiry, contracts.inquiry.interface],
  ];
  const functions = targets.flatMap(([to, abi]) => {
    const all: { to: string; abi: Interface; fragment: FunctionFragment }[] = [];
    abi.forEachFunction((fragment) => all.push({ to, abi, fragment }));
    return all;
  });
  let bursts = 0;
  let due = 0;
  return {
    role: "attacker",
    isHonest: false,
    account,
    next(view, now) {
      if (bursts === BURSTS) return { kind: "rest" };
      due ||= now;
      if (now < due) return { kind: "wait", until: due };
      bursts++;
      const end = Number(windowEnd(view));
      due = now + 1 + random.below(Math.max(1, Math.floor((end - Number(view.submittedAt)) / 5)));
      const calls = Array.from({ length: CALLS_IN_A_BURST }, (): RawCall => {
        const { to, abi, fragment } = random.pick(functions);
        const values = fragment.inputs.map((input) => valueOf(input, scene, view));
        const data = abi.encodeFunctionData(fragment, values);
        return {
          to: random.chance(4) ? random.pick(targets)[0] : to,
          data: random.chance(10) ? spoiled(data, random) : data,
          value: fragment.payable ? random.pick([0n, 1n, 10n ** 16n, 10n ** 18n]) : 0n,
        };
      });
      return { kind: "calls", label: "scribble", calls };
    },
  };
}

function valueOf(type: ParamType, scene: Scene, view: DisputeView): unknown {
  const { random, claim, claimId, ground, claimed } = scene;
  if (type.baseType === "array") {
    const length = type.arrayLength === -1 ? random.below(4) : (type.arrayLength ?? 0);
    return Array.from({ length }, () => valueOf(type.arrayChildren as ParamType, scene, view));
  }
  if (type.baseType === "tuple") {
    const fields = type.components ?? [];
    const isClaim = fields[0]?.name === "operator" && fields.length === 7;
    const values = fields.map((field) => valueOf(field, scene, view));
    if (!isClaim) return values;
    const true_ = fields.map(({ name }) => claim[name as keyof typeof claim]);
    if (random.chance(60)) return true_;
    const at = random.below(true_.length);
    return true_.map((value, i) => (i === at ? values[at] : value));
  }
  const sessions = view.sessions.map(({ id }) => id);
  const bits = Number(/\d+$/.exec(type.type)?.[0] ?? 256);
  switch (type.baseType.replace(/\d+$/, "")) {
    case "address":
      return random.pick([...Object.values(PARTY), ground.deployment.claimBook, ground.deployment.inquiry]);
    case "bool":
      return random.chance(50);
    case "string":
      return "x".repeat(random.below(40));
    case "uint":
    case "int": {
      const most = 2n ** BigInt(bits) - 1n;
      const value = random.pick([0n, 1n, 2n, BigInt(claim.n), claim.liability, most, BigInt(random.word())]);
      return value > most ? most : value;
    }
    case "bytes":
      if (type.type === "bytes") {
        const question = random.chance(50) ? randomQuestion(scene, view)?.stream : undefined;
        return question ?? noise(random, random.pick([0, 1, 32, 100, 569, 2_048]));
      }
      return random
        .pick([
          ...[claimId, claim.modelId, claim.recordsRoot, claimed.committed.id],
          ...sessions.slice(0, 3),
          hexOf(noise(random, bits)),
        ])
        .slice(0, 2 + 2 * bits);
    default:
      return 0;
  }
}

const noise = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => random.word() & 0xff);

const hexOf = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`;

function spoiled(data: string, random: Random): string {
  const bytes = Buffer.from(data.slice(2), "hex");
  const at = random.below(bytes.length);
  bytes[at] = random.below(256);
  return hexOf(random.chance(50) ? bytes : bytes.subarray(0, at));
}
