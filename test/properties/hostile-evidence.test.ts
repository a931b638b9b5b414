import { expect } from "chai";
import { network } from "hardhat";

import {
  absentNodeEvidence,
  elementEvidence,
  outputRootEvidence,
  paddingEvidence,
} from "../../src/dispute/evidence.js";
import { encodeKernel } from "../../src/program/codec.js";
import { interpretKernel } from "../../src/run/interpreter.js";
import { bench, judgeAll } from "../support/bench.js";
import type { Bench } from "../support/bench.js";
import { layoutOf, overwrite, u32 } from "../support/evidence-layout.js";
import { stage } from "../support/exhibit.js";
import type { Staged } from "../support/exhibit.js";
import { randomKernel } from "../support/kernel-generator.js";
import { Random } from "../support/random.js";

const { ethers } = await network.create();

const CLAIMS = 60;
const MUTATIONS = 60;

/** An honest claim over random records of a random kernel. */
function honest(
  { registry }: Bench,
  random: Random,
): Staged & { readonly kernel: number; readonly elements: number } {
  const { kernel, table, data } = randomKernel(random.word());
  const inputs = random.below(data.length + 1);
  const weights = random.below(data.length - inputs + 1);
  const own = interpretKernel(kernel, data);
  const records = random.between(1, 6);
  const scene = {
    descriptor: encodeKernel(kernel),
    table,
    tensors: [...data, own],
    inputs,
    weights,
    registry,
    records,
  };
  return {
    ...stage({ ...scene, recordIndex: random.below(records) }),
    kernel: data.length - inputs - weights,
    elements: own.length,
  };
}

/** Right evidence about a claim that is right, of any of the four faults; refused as it is. */
function evidenceAbout({ exhibit, kernel, elements }: ReturnType<typeof honest>, random: Random): Uint8Array {
  const { lists } = exhibit.trace;
  const list = random.pick(["input", "output", "trace"] as const);
  switch (random.below(6)) {
    case 0:
      return outputRootEvidence(exhibit, 0);
    case 1:
      if (lists[list].count === 0) break;
      return paddingEvidence(exhibit, { list, index: random.below(lists[list].count) });
    case 2: {
      const position = random.below(2 ** lists[list].depth);
      return absentNodeEvidence(exhibit, { list, position });
    }
    case 3: {
      const { tree } = exhibit.records;
      const level = random.between(0, tree.depth);
      return absentNodeEvidence(exhibit, {
        list: "records",
        level,
        position: random.below(2 ** (tree.depth - level)),
      });
    }
    case 4: {
      const tensor = lists[list].count === 0 ? undefined : random.below(lists[list].count);
      if (tensor === undefined) break;
      const depth = exhibit.trace.tensor(list, tensor)?.depth ?? 0;
      const level = random.between(0, depth);
      return absentNodeEvidence(exhibit, {
        list,
        tensor,
        level,
        position: random.below(2 ** (depth - level)),
      });
    }
  }
  return elementEvidence(exhibit, { kernel, element: random.below(elements) });
}

/** The evidence with something about it that somebody might try. */
function tamper(evidence: Uint8Array, other: Uint8Array, { exhibit }: Staged, random: Random): Uint8Array {
  const at = random.below(evidence.length);
  const words = (length: number) => 32 * random.below(Math.floor(length / 32) + 1);
  const splice = (from: number, remove: number, insert: ArrayLike<number>) =>
    Uint8Array.from([
      ...evidence.subarray(0, from),
      ...Array.from(insert),
      ...evidence.subarray(from + remove),
    ]);
  const layout = layoutOf(exhibit);
  switch (random.below(11)) {
    case 0:
      return overwrite(evidence, at, [(evidence[at] as number) ^ (1 << random.below(8))]);
    case 1:
      return overwrite(evidence, at, [random.below(256)]);
    case 2:
      return evidence.subarray(0, at);
    case 3:
      return splice(
        evidence.length,
        0,
        Array.from({ length: random.pick([1, 32, 64, 128]) }, () => random.below(2)),
      );
    case 4:
      // A sibling or a leaf too many or too few.
      return splice(at, 0, evidence.subarray(at, at + random.pick([32, 64, 128])));
    case 5:
      return splice(at, random.pick([1, 4, 32, 64, 128]), []);
    case 6: {
      // Two words change places.
      const [a, b] = [words(evidence.length - 32), words(evidence.length - 32)];
      const swapped = overwrite(evidence, a, evidence.subarray(b, b + 32));
      return overwrite(swapped, b, evidence.subarray(a, a + 32));
    }
    case 7:
      // The kind of one, the rest of another.
      return overwrite(evidence, 0, [random.between(1, 4)]);
    case 8:
      return Uint8Array.from([...evidence.subarray(0, at), ...other.subarray(Math.min(at, other.length))]);
    case 9:
      return overwrite(evidence, Math.min(layout.recordIndex, evidence.length - 4), u32(random.below(8)));
    default: {
      const place = Math.min(layout.body + random.pick([0, 4, 5, 6, 9]), evidence.length - 4);
      return overwrite(evidence, place, u32(random.pick([0, 1, 2, 3, 2 ** 31, 2 ** 32 - 1])));
    }
  }
}

describe("referee: hostile evidence", () => {
  it(`never convicts an honest claim: ${CLAIMS * MUTATIONS} pieces of evidence, tampered with in eleven ways`, async function () {
    this.timeout(0);
    const place = await bench(ethers);
    const random = new Random(11);
    const verdicts = new Map<string, number>();
    let before = new Uint8Array(0);
    for (let left = CLAIMS; left > 0; left--) {
      const claimed = honest(place, random);
      const cases = Array.from({ length: MUTATIONS }, () => {
        const evidence = evidenceAbout(claimed, random);
        let tampered = evidence;
        for (let times = random.pick([0, 1, 1, 1, 2]); times > 0; times--)
          tampered = tamper(tampered.length === 0 ? evidence : tampered, before, claimed, random);
        before = Uint8Array.from(evidence);
        return { claim: claimed.claim, evidence: tampered };
      });
      for (const [i, { verdict }] of (await judgeAll(place, cases)).entries()) {
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
        const what = `${verdict} by ${Buffer.from(cases[i]!.evidence).toString("hex")}`;
        expect(["Element", "OutputRoot", "Padding", "AbsentNode"], what).not.to.include(verdict);
      }
    }
    // It was tried in earnest: every refusal of the kind that tampering can meet was met.
    expect([...verdicts.keys()]).to.include.members([
      "ElementAgrees",
      "OutputAgrees",
      "PaddingAgrees",
      "AbsentNodeAgrees",
      "NodeNotAbsent",
      "WrongRecord",
      "WrongModel",
      "WrongDescriptor",
      "WrongTable",
      "WrongOperand",
      "TrailingEvidence",
    ]);
  });
});
