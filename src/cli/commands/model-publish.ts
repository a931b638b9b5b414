import { publishCall, retireCall } from "../../chain/model-calls.js";
import { readModel } from "../../chain/read-model.js";
import { modelId } from "../../model/model-id.js";
import { readArtifact } from "../../store/read-artifact.js";
import { parseBytes32, ZERO_HASH } from "../../types/bytes32.js";
import type { Bytes32 } from "../../types/bytes32.js";
import type { Act, Given, Told } from "../does.js";
import { formatTime } from "../table.js";
import { sendOrPlan } from "../transactions.js";
import { openForActing } from "../where.js";
import type { Sending } from "../options.js";

type Options = Sending & { readonly uri: string };

export const publish: Act<Options> = (given) => publishAfter(ZERO_HASH, given.args[0] as string, given);

export const supersede: Act<Options> = async (given) => {
  const [superseded, file] = given.args;
  return publishAfter(parseBytes32(superseded as string, "<modelId>"), file as string, given);
};

export const retire: Act<Sending> = async ({ args, options, reporter }) => {
  const id = parseBytes32(args[0] as string, "<modelId>");
  const { contracts } = await openForActing(options);
  await readModel(contracts, id);
  const calls = [retireCall(contracts, id)];
  return sendOrPlan({ contracts, calls, options, reporter }, async (transactions) => {
    const { retiredAt } = await contracts.models.modelOf(id);
    const { exitDelay } = await contracts.onus.parameters();
    return {
      value: { modelId: id, retiredAt, refusedFrom: retiredAt + exitDelay, transactions },
      text: `model ${id} takes new claims until ${formatTime(retiredAt + exitDelay)} (later by every pause)`,
    };
  });
};

async function publishAfter(
  superseded: Bytes32,
  file: string,
  { options, reporter }: Given<Options>,
): Promise<Told> {
  const { contracts, address } = await openForActing(options);
  const { id: artifactId, commitment } = readArtifact(file);
  if (superseded !== ZERO_HASH) await readModel(contracts, superseded);
  const identity = { publisher: address, artifactId, superseded };
  const id = modelId(identity, contracts.registryPlace);
  const calls = [publishCall(contracts, { commitment, superseded, uri: options.uri })];
  return sendOrPlan({ contracts, calls, options, reporter }, (transactions) => ({
    value: { modelId: id, ...identity, transactions },
    text: `model ${id} is published`,
  }));
}
