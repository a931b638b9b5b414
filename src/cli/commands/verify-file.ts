import { existsSync } from "node:fs";

import type { BlockRef } from "../../audit/bundle.js";
import { verifyBundle } from "../../audit/verify-bundle.js";
import { bundleTools } from "../../chain/bundle-tools.js";
import { deploymentPath, readDeployment } from "../../chain/deployment.js";
import { blockRefAt } from "../../chain/read-evidence.js";
import { OnusError } from "../../errors/onus-error.js";
import { decodeBundle } from "../../store/bundle-file.js";
import { readBytes } from "../../store/read-file.js";
import { writeText } from "../../store/write-file.js";
import { parseAddress } from "../../types/address.js";
import type { Address } from "../../types/address.js";
import { parseBytes32 } from "../../types/bytes32.js";
import type { Bytes32 } from "../../types/bytes32.js";
import type { Act } from "../does.js";
import { reportOf, summaryOf } from "../report-bundle.js";
import { runAgain } from "../run-again.js";
import { openNamedChain } from "../where.js";

type Options = {
  readonly rpc?: string;
  readonly onus?: string;
  readonly anchor?: readonly string[];
  readonly artifact?: string;
  readonly report?: string;
};

/** Checks a bundle; that nobody anchors it is an error of its own, after everything else was told. */
export const verify: Act<Options> = async ({ args, options, reporter }) => {
  const anchors = (options.anchor ?? []).map((hash) => parseBytes32(hash, "--anchor"));
  const meant = options.onus === undefined ? undefined : parseAddress(options.onus, "--onus");
  const bundle = decodeBundle(readBytes(args[0] as string));
  const trusted = verifyBundle(bundle, bundleTools);
  const { onus, chainId } = bundle.trust;
  if (meant !== undefined && meant !== onus)
    throw new OnusError("BUNDLE_OF_ANOTHER", { actual: onus, expected: meant });
  const ran = options.artifact === undefined ? undefined : runAgain(bundle, options.artifact, reporter);
  if (options.report !== undefined) writeText(options.report, reportOf(bundle));
  const open = await unconfirmed({ trusted, chainId, anchors, rpc: options.rpc });
  const isAnchored = open.length === 0;
  const isMeant = meant !== undefined || knownOnus(chainId) === onus;
  const told = [
    summaryOf(bundle),
    "",
    isAnchored
      ? `holds, and ${trusted.length > 1 ? "the blocks it rests on are" : "the block it rests on is"} confirmed`
      : "consistent, not anchored",
    ...(isMeant ? [] : [`that ${onus} is the deployment you mean is yours to know: --onus ADDRESS`]),
    ...(ran === undefined ? [] : [`run again: ${ran}`]),
  ];
  const checks = { anchored: isAnchored, deploymentKnown: isMeant, trusted, unconfirmed: open };
  return {
    value: { ...checks, ...(ran && { ran }), subject: bundle.subject, ...bundle.statement },
    text: told.join("\n"),
    ...(!isAnchored && { failure: new OnusError("BUNDLE_NOT_ANCHORED", { blocks: namesOf(open) }) }),
  };
};

/** The deployment that this machine knows on a chain, where it has an address file. */
function knownOnus(chainId: number): Address | undefined {
  return existsSync(deploymentPath(chainId)) ? readDeployment(chainId).onus : undefined;
}

const namesOf = (blocks: readonly BlockRef[]): string =>
  blocks.map(({ number, hash }) => `block ${number} ${hash}`).join(", ");

/** The blocks that neither an anchor nor a node confirms: every one is to be, or nothing is. */
async function unconfirmed(given: {
  readonly trusted: readonly BlockRef[];
  readonly chainId: number;
  readonly anchors: readonly Bytes32[];
  readonly rpc: string | undefined;
}): Promise<readonly BlockRef[]> {
  const { trusted, chainId, anchors, rpc } = given;
  const unknown = anchors.find((hash) => !trusted.some((block) => block.hash === hash));
  if (unknown !== undefined)
    throw new OnusError("ANCHOR_UNKNOWN", { anchor: unknown, blocks: namesOf(trusted) });
  const left = trusted.filter(({ hash }) => !anchors.includes(hash));
  if (rpc === undefined) return left;
  const chain = await openNamedChain({ rpc });
  try {
    if (chain.chainId !== chainId)
      throw new OnusError("WRONG_CHAIN", { expected: chainId, found: chain.chainId, path: "the bundle" });
    for (const { number, hash } of left) {
      const found = await blockRefAt(chain.provider, number);
      if (found.hash !== hash)
        throw new OnusError("ANCHOR_DIFFERS", { block: number, actual: hash, expected: found.hash });
    }
  } finally {
    chain.close();
  }
  return [];
}
