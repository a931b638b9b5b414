import { writeFileSync } from "node:fs";

import type { Bundle, BlockRef } from "../../audit/bundle.js";
import { verifyBundle } from "../../audit/verify-bundle.js";
import { bundleTools } from "../../chain/bundle-tools.js";
import { blockRefAt } from "../../chain/read-evidence.js";
import { OnusError } from "../../errors/onus-error.js";
import { prepareModel, tensorOfBytes } from "../../run/engine.js";
import { decodeBundle } from "../../store/bundle-file.js";
import { readArtifact } from "../../store/read-artifact.js";
import { readText } from "../../store/read-file.js";
import { commitEnds } from "../../trace/commit-ends.js";
import { parseBytes32 } from "../../types/bytes32.js";
import type { Act } from "../does.js";
import { reportOf, summaryOf } from "../report-bundle.js";
import { openNamedChain } from "../where.js";

type Options = {
  readonly rpc?: string;
  readonly anchor?: readonly string[];
  readonly artifact?: string;
  readonly report?: string;
};

/** Checks a bundle; a bundle that nobody anchors is an error of its own, after everything else was told. */
export const verify: Act<Options> = async ({ args, options, reporter }) => {
  const bundle = decodeBundle(readText(args[0] as string));
  const trusted = verifyBundle(bundle, bundleTools);
  const ran = options.artifact === undefined ? undefined : runAgain(bundle, options.artifact);
  if (options.report !== undefined) writeFileSync(options.report, reportOf(bundle));
  const open = await unconfirmed(trusted, bundle.trust.chainId, options);
  if (open.length > 0) {
    reporter.say(summaryOf(bundle));
    throw new OnusError("BUNDLE_NOT_ANCHORED", { blocks: namesOf(open) });
  }
  const told = ran === undefined ? "" : `\nrun again: ${ran}`;
  return {
    value: { anchored: true, trusted, ...(ran && { ran }), subject: bundle.subject, ...bundle.statement },
    text: `${summaryOf(bundle)}\n\nholds, and the chain has ${trusted.length > 1 ? "the blocks" : "the block"} it rests on${told}`,
  };
};

const namesOf = (blocks: readonly BlockRef[]): string =>
  blocks.map(({ number, hash }) => `block ${number} ${hash}`).join(", ");

/** The blocks that neither an anchor nor a node confirms: every one is to be, or nothing is. */
async function unconfirmed(
  trusted: readonly BlockRef[],
  chainId: number,
  { rpc, anchor }: Options,
): Promise<readonly BlockRef[]> {
  const anchors = (anchor ?? []).map((hash) => parseBytes32(hash, "--anchor"));
  const unknown = anchors.find((hash) => !trusted.some((block) => block.hash === hash));
  if (unknown !== undefined)
    throw new OnusError("ANCHOR_UNKNOWN", { anchor: unknown, blocks: namesOf(trusted) });
  const left = trusted.filter(({ hash }) => !anchors.includes(hash));
  if (rpc === undefined) return left;
  const chain = await openNamedChain({ rpc });
  if (chain.chainId !== chainId)
    throw new OnusError("WRONG_CHAIN", { expected: chainId, found: chain.chainId, path: "the bundle" });
  for (const { number, hash } of left) {
    const found = await blockRefAt(chain.provider, number);
    if (found.hash !== hash)
      throw new OnusError("ANCHOR_DIFFERS", { block: number, actual: hash, expected: found.hash });
  }
  chain.close();
  return [];
}

/** Runs the record again, where the bundle has its input and the artifact is its model's. */
function runAgain(
  { statement, evidence }: Bundle,
  path: string,
): "agrees" | "the input is not in the bundle" {
  const committed = readArtifact(path);
  const { model, record } = statement;
  if (committed.id !== model.artifactId)
    throw new OnusError("ARTIFACT_MISMATCH", {
      model: model.id,
      expected: model.artifactId,
      found: committed.id,
    });
  if (evidence.inputs === null || record === null) return "the input is not in the bundle";
  const { artifact } = committed;
  const inputs = evidence.inputs.map((hex, at) =>
    tensorOfBytes(Buffer.from(hex.slice(2), "hex"), artifact.table[at] as (typeof artifact.table)[number]),
  );
  const { output } = commitEnds(artifact, prepareModel(artifact).run(inputs));
  if (output !== record.outputRoot)
    throw new OnusError("RERUN_DIFFERS", { stated: record.outputRoot, computed: output });
  return "agrees";
}
