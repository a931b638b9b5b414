import type { NetworkConnection } from "hardhat/types/network";

import type { Reporter } from "../../src/cli/reporter.js";
import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { convictClaim } from "../../src/chain/convict-claim.js";
import { finalizeClaim } from "../../src/chain/finalize-claim.js";
import { publishModel } from "../../src/chain/publish-model.js";
import { burnPenalty, pullBeneficiaryShare, pullRecordShare } from "../../src/chain/pull-shares.js";
import { registerOperator } from "../../src/chain/register-operator.js";
import { send } from "../../src/chain/send.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { claimId } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import type { ModelIdentity } from "../../src/model/model-id.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { claimOneRecord } from "../../src/claim/claim-one-record.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { assembleExhibit } from "../../src/dispute/assemble-exhibit.js";
import { evidenceOfFinding } from "../../src/dispute/evidence-of-finding.js";
import { locateFault } from "../../src/dispute/locate-fault.js";
import { prepareModel } from "../../src/run/engine.js";
import type { Model } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { importCached } from "../../src/store/import-cache.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { Trace } from "../../src/trace/commit-run.js";
import { parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import { deployOnus, parametersOf } from "../support/deploy-onus.js";
import { imageToTensor, readDictionary, readText } from "../support/ocr.js";
import { ocrDictionary, ocrModels } from "../support/ocr-models.js";
import { drawTextLine } from "../support/text-line.js";
import { Ledger } from "./ledger.js";
import { lieInMiddle, lieInOutput } from "./lies.js";
import type { LieKind } from "./lies.js";

export const TRUE_TEXT = "TOTAL DUE 1,840.00";
export const CLAIMED_TEXT = "TOTAL DUE 9,840.00";
const NOWHERE = "0x000000000000000000000000000000000000dEaD";
const STAKE = parseWei("0.1 ether");
const LIABILITY = parseWei("0.05 ether");

type Party = { readonly name: string; readonly address: Address; readonly contracts: Contracts };
type Published = {
  readonly id: Bytes32;
  readonly identity: ModelIdentity;
  readonly committed: CommittedArtifact;
};
type Submitted = { readonly claim: Claim; readonly record: InferenceRecord; readonly trace: Trace };

/** What the story ends with; amounts in wei as decimal strings. */
export type Outcome = Awaited<ReturnType<typeof tellStory>>;

/** The whole walk on one chain: publish, stake, read, claim honestly and falsely, convict, share, finalize. */
export async function tellStory(connection: NetworkConnection, lie: LieKind, reporter: Reporter) {
  const ledger = new Ledger();
  const dictionary = readDictionary(ocrDictionary());
  const line = (text: string) => imageToTensor(drawTextLine(text, 320, 48));
  const { bytes, shape } = ocrModels.recogniser;
  const { artifact } = await importCached(bytes(), { shapes: { x: shape }, evaluate: evaluateOnce });
  const committed = commitArtifact(artifact);
  reporter.say(`the PP-OCRv4 recogniser is ${artifact.kernels.length} kernels; artifact ${committed.id}`);

  const deployment = await deployOnus(connection, parametersOf(31337));
  const signers = await connection.ethers.getSigners();
  const party = (name: string, account: number): Party => {
    const signer = signers[account];
    if (signer === undefined) throw new Error(`the chain has no account ${account}`);
    return { name, address: parseAddress(signer.address), contracts: connectContracts(deployment, signer) };
  };
  const publisher = party("publisher", 1);
  const honest = party("honest operator", 2);
  const liar = party("lying operator", 3);
  const consumer = party("consumer", 4);
  const challenger = party("challenger", 5);
  reporter.say(`deployed at ${deployment.onus}`);

  const published = ledger.note(
    publisher.name,
    "publish",
    await publishModel({ contracts: publisher.contracts, publisher: publisher.address, committed }),
  );
  const model: Published = { id: published.modelId, identity: published.identity, committed };
  for (const operator of [honest, liar]) await stake(operator, ledger);
  reporter.say(`model ${model.id} is published; two operators stake ${STAKE} wei each`);

  const input = line(TRUE_TEXT);
  const ownModel = (who: Party): Model => {
    const progress = reporter.progress(`${who.name} runs the model`, artifact.kernels.length);
    const prepared = prepareModel(artifact);
    return {
      ...prepared,
      run: (inputs, options) => {
        const run = prepared.run(inputs, { ...options, onKernel: (done) => progress.update(done) });
        progress.stop();
        return run;
      },
    };
  };
  const submit = async (operator: Party, trace: Trace): Promise<Submitted> => {
    const terms = {
      operator: operator.address,
      modelId: model.id,
      nonce: 0n,
      liability: LIABILITY,
      window: asSeconds(60n),
    };
    const given = { requester: consumer.address, salt: ZERO_HASH, roots: trace.roots };
    const { claim, record } = claimOneRecord(terms, given);
    ledger.note(operator.name, "submit", await submitClaim(operator.contracts, claim));
    return { claim, record, trace };
  };

  const honestRun = ownModel(honest).run([input]);
  const honestText = readText(honestRun.tensors.at(-1) as Float32Array, dictionary).text;
  const honestClaim = await submit(honest, commitRun(artifact, honestRun));
  reporter.say(`the honest operator reads "${honestText}" and claims it`);

  const forgery = { model: ownModel(liar), input, dictionary, claimedText: CLAIMED_TEXT };
  const told =
    lie === "output" ? lieInOutput(forgery) : lieInMiddle({ ...forgery, otherInput: line(CLAIMED_TEXT) });
  const falseClaim = await submit(liar, commitRun(artifact, told.run));
  reporter.say(`the liar claims "${told.claimedText}"; the lie is in kernel ${told.kernel}`);

  const challengerRun = ownModel(challenger).run([input]);
  const own = commitRun(artifact, challengerRun);
  const trueText = readText(challengerRun.tensors.at(-1) as Float32Array, dictionary).text;
  for (const submitted of [honestClaim, falseClaim]) {
    const finding = locateFault(artifact, own, submitted.trace);
    if (finding.kind === "agrees") reporter.say(`the challenger agrees with ${submitted.claim.operator}`);
  }
  const finding = locateFault(artifact, own, falseClaim.trace);
  const exhibit = assembleExhibit(
    {
      claim: falseClaim.claim,
      records: [falseClaim.record],
      model: model.identity,
      committed,
      trace: falseClaim.trace,
    },
    challenger.contracts.registryPlace,
    0,
  );
  const evidence = evidenceOfFinding(exhibit, finding);
  if (evidence === undefined || finding.kind !== "element")
    throw new Error(`the lie was not found: ${finding.kind}`);
  reporter.say(
    `the first wrong element is ${finding.element} of kernel ${finding.kernel}: ${evidence.length} bytes of evidence`,
  );
  const { contracts } = challenger;
  const convicted = ledger.note(
    challenger.name,
    "convict",
    await convictClaim({ contracts, claim: falseClaim.claim, evidence, beneficiary: challenger.address }),
  );
  ledger.note(
    challenger.name,
    "pull the beneficiary's share",
    await pullBeneficiaryShare(contracts, falseClaim.claim),
  );
  const records = commitRecords([falseClaim.record]);
  ledger.note(
    consumer.name,
    "pull the record's share",
    await pullRecordShare(consumer.contracts, falseClaim.claim, records, 0),
  );
  ledger.note("anyone", "burn", await burnPenalty(contracts, falseClaim.claim));
  reporter.say("the false claim is FAULTED and its shares are sent");

  await connection.networkHelpers.time.increase(61);
  ledger.note("anyone", "finalize", await finalizeClaim(contracts, honestClaim.claim));
  const verdictOf = async ({ claim }: Submitted): Promise<string> => {
    const { phase } = await contracts.claims.stateOf(claimId(claim, contracts.claimPlace));
    return ["NONE", "OPEN", "CONTESTED", "FINAL", "FAULTED"][Number(phase)] ?? "unknown";
  };
  const received = async (address: string): Promise<string> =>
    String(await contracts.token.getFunction("balanceOf")(address));

  const call = contracts.referee.interface.encodeFunctionData("convict", [
    falseClaim.claim,
    evidence,
    challenger.address,
  ]);
  return {
    ledger: ledger.entries,
    honest: {
      text: honestText,
      verdict: await verdictOf(honestClaim),
      freeStake: String(await contracts.operators.freeOf(honest.address)),
    },
    lie: {
      kind: lie,
      claimedText: told.claimedText,
      trueText,
      verdict: await verdictOf(falseClaim),
      kernel: finding.kernel,
      element: finding.element,
      proof: { transactions: 1, gas: Number(convicted.gasUsed), calldataBytes: (call.length - 2) / 2 },
      penalty: {
        liability: String(LIABILITY),
        burned: await received(NOWHERE),
        challenger: await received(challenger.address),
        requester: await received(consumer.address),
      },
    },
    gas: {
      publish: ledger.gasOf("publish"),
      register: ledger.gasOf("register"),
      submit: ledger.gasOf("submit"),
      finalize: ledger.gasOf("finalize"),
      convict: ledger.gasOf("convict"),
    },
  };
}

async function stake({ name, address, contracts }: Party, ledger: Ledger): Promise<void> {
  const wrap = send("token.deposit", contracts.token.getFunction("deposit")({ value: STAKE }));
  ledger.note(name, "wrap", await wrap);
  const sent = await registerOperator({ contracts, operator: address, endpoint: "", stake: STAKE });
  ledger.note(name, "register", sent.register);
  ledger.note(name, "approve", sent.approve);
  ledger.note(name, "deposit stake", sent.deposit);
}
