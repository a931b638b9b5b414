import { readModel } from "../../chain/read-model.js";
import { requireArtifactOf } from "../../claim/require-artifact-of.js";
import { readArtifact } from "../../store/read-artifact.js";
import { asBytes32, parseBytes32, ZERO_HASH } from "../../types/bytes32.js";
import { asWei, formatWei } from "../../types/wei.js";
import type { Act } from "../does.js";
import { formatTime, table } from "../table.js";
import { openForReading } from "../where.js";
import type { Where } from "../options.js";

/** Another artifact than the model's is an error ARTIFACT_MISMATCH. */
export const verify: Act<Where> = async ({ args, options }) => {
  const id = parseBytes32(args[0] as string, "<modelId>");
  const { contracts } = await openForReading(options);
  const identity = await readModel(contracts, id);
  requireArtifactOf(id, identity, readArtifact(args[1] as string));
  const { models } = contracts;
  const [{ retiredAt }, successor, bond] = await Promise.all([
    models.modelOf(id),
    models.successorOf(id),
    models.bondOf(id),
  ]);
  const value = {
    ...{ modelId: id, ...identity, isArtifact: true, retiredAt },
    ...{ successor: asBytes32(successor), bond: asWei(bond) },
  };
  const text = table([
    ["model", id],
    ["artifact", `${identity.artifactId}, the file's`],
    ["publisher", identity.publisher],
    ["follows", identity.superseded === ZERO_HASH ? "no other model" : identity.superseded],
    ["followed by", successor === ZERO_HASH ? "no other model" : successor],
    ["retired", formatTime(retiredAt)],
    ["bond", formatWei(bond)],
  ]);
  return { value, text };
};
