import { randomBytes } from "node:crypto";

import { submitCall } from "../../chain/claim-calls.js";
import { readModel } from "../../chain/read-model.js";
import { claimId } from "../../claim/claim.js";
import { claimInference } from "../../claim/claim-inference.js";
import type { Parent } from "../../claim/parent-list.js";
import { requireArtifactOf } from "../../claim/require-artifact-of.js";
import { writeClaimDirectory } from "../../store/claim-directory.js";
import { readArtifact } from "../../store/read-artifact.js";
import { nodeHasher } from "../../threads/node-hasher.js";
import { parseAddress } from "../../types/address.js";
import { bytes32From, parseBytes32 } from "../../types/bytes32.js";
import { parseSeconds } from "../../types/seconds.js";
import { formatWei, parseWei } from "../../types/wei.js";
import type { Act } from "../does.js";
import { readInputs } from "../input-data.js";
import { readParent } from "../record-name.js";
import { sendOrPlan } from "../transactions.js";
import { openForActing } from "../where.js";
import type { Sending } from "../options.js";

type Options = Sending & {
  readonly model: string;
  readonly artifact: string;
  readonly input: readonly string[];
  readonly operator?: string;
  readonly requester?: string;
  readonly parent?: readonly string[];
  readonly liability: string;
  readonly window: string;
  readonly trace: "on-demand" | "eager";
  readonly out: string;
};

/** What answers and proofs are made from is written before anything is sent; a dry run writes nothing. */
export const submit: Act<Options> = async ({ options, reporter }) => {
  const { contracts, address } = await openForActing(options);
  const modelId = parseBytes32(options.model, "--model");
  const operator = parseAddress(options.operator ?? address, "--operator");
  const terms = {
    operator,
    modelId,
    nonce: BigInt(Date.now()),
    liability: parseWei(options.liability, "--liability"),
    window: parseSeconds(options.window, "--window"),
  };
  const requester = parseAddress(options.requester ?? operator, "--requester");
  const model = await readModel(contracts, modelId);
  const committed = readArtifact(options.artifact);
  requireArtifactOf(modelId, model, committed);
  const inputs = await readInputs(committed.artifact, options.input);
  const parents: Parent[] = [];
  for (const text of options.parent ?? []) parents.push(await readParent(contracts, text));
  reporter.say("running the model");
  const salt = bytes32From(randomBytes(32));
  const { claim, record, trace } = claimInference(terms, {
    ...{ committed, inputs, requester, salt, parents },
    states: options.trace,
    hasher: nodeHasher,
  });
  if (!options.dryRun) {
    writeClaimDirectory(options.out, {
      ...{ claim, records: [record], model, artifactId: committed.id, inputs },
      ...(parents.length > 0 && { parents: [parents] }),
      ...(trace && { trace }),
    });
  }
  const id = claimId(claim, contracts.claimPlace);
  const calls = [submitCall(contracts, claim)];
  return sendOrPlan({ contracts, calls, options, reporter }, (transactions) => ({
    value: { claimId: id, claim, writtenTo: options.out, transactions },
    text:
      `claim ${id} is open: ${formatWei(claim.liability)} of stake is locked behind it\n` +
      `what it rests on is in ${options.out}/; \`onus dispute answer ${options.out}/claim.json\` answers for it until it is final` +
      (parents.length === 0
        ? ""
        : `\n\`onus lineage state ${options.out}/claim.json\` shows what it was made from`),
  }));
};
