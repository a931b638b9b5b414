import { expect } from "chai";

import { ocrModels } from "../../scripts/support/ocr-models.js";
import { nextChallengerMove } from "../../src/dispute/challenge.js";
import { elementBytes } from "../../src/program/dtype.js";
import { importOnnx } from "../../src/program/import-onnx.js";
import { prepareModel } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import { disputeOf, operatorWith } from "../support/dispute-players.js";
import { withFlippedBit } from "../support/forge-trace.js";
import { entryOf } from "../support/liars.js";
import { CHALLENGER } from "../support/staged-claim.js";
import { randomFloats } from "../support/tiny-tensors.js";

describe("e2e: a search over the classifier", () => {
  const { bytes, shape } = ocrModels.classifier;
  const { artifact } = importOnnx(bytes(), { shapes: { x: shape }, evaluate: evaluateOnce });
  const committed = commitArtifact(artifact);
  const own = commitRun(artifact, prepareModel(artifact).run([randomFloats(shape, { seed: "line" })]));

  it("takes six questions at most, wherever the lie is", () => {
    const rounds: number[] = [];
    for (const [index] of artifact.kernels.entries()) {
      const { count, dtype } = entryOf(committed, "trace", index);
      const bit = 8 * elementBytes(dtype) * Math.floor(count / 3);
      const theirs = withFlippedBit(own, { index, bit });
      const lists = {
        ...theirs.lists,
        output: withFlippedBit(own, { index: artifact.kernels.length - 1, bit: 0 }).lists.output,
      };
      const told = { committed, own, theirs: { ...theirs, lists }, onDemand: true };
      const { arena } = disputeOf(told, ({ operator, challenger }) => [
        operatorWith(operator),
        {
          address: CHALLENGER,
          next(view, now) {
            const move = nextChallengerMove(view, challenger, now);
            return move.kind === "convict" || move.kind === "open-job"
              ? { kind: "rest", because: "agrees" }
              : move;
          },
        },
      ]);
      expect(arena.sessions).to.have.lengthOf(1);
      rounds.push(arena.sessions[0]!.rounds);
    }
    const most = Math.max(...rounds);
    const sum = rounds.reduce((total, one) => total + one);
    console.log(
      `      ${artifact.kernels.length} kernels: ${Math.min(...rounds)} to ${most} questions, ${(sum / rounds.length).toFixed(1)} on average`,
    );
    expect(most).to.be.at.most(6);
  }).timeout(120_000);
});
