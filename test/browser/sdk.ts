import {
  claimId,
  commitEnds,
  connectContracts,
  decodeArtifactFile,
  decodeClaimFile,
  openChain,
  parseDeployment,
  prepareModel,
  readClaimState,
  readPublication,
  requestId,
  tensorOfBytes,
  wasmEngine,
} from "../../src/index.js";
import type { BrowserResult } from "./bit-identity.js";

/** The README's example in a page: reads the chain, verifies what was handed over, and runs the model again. */
export async function checkClaim(rpc: string): Promise<BrowserResult> {
  const file = async (name: string): Promise<Uint8Array> =>
    new Uint8Array(await (await fetch(`/files/${name}`)).arrayBuffer());
  const text = async (name: string): Promise<string> => new TextDecoder().decode(await file(name));
  const wrong: string[] = [];
  const expect = (what: string, holds: boolean): void => {
    if (!holds) wrong.push(what);
  };
  const { provider } = await openChain({ url: rpc, name: "the page's node" });
  const contracts = connectContracts(parseDeployment(await text("addresses.json")), provider);
  const { claim, records, model } = decodeClaimFile(await text("claim.json"));
  const { phase } = await readClaimState(contracts, claimId(claim, contracts.claimPlace));
  expect("the claim is open", phase === "open");
  const published = await readPublication(contracts, claim.modelId);
  expect("the model is the published one", published.identity.artifactId === model.artifactId);

  const { artifact } = decodeArtifactFile(await file("model.onus"));
  const entries = artifact.table.slice(0, artifact.inputs.length);
  const files = await Promise.all(entries.map((_, index) => file(`input-${index}.bin`)));
  const prepared = prepareModel(artifact, wasmEngine);
  const endsOf = (change: number) =>
    commitEnds(
      artifact,
      prepared.run(
        entries.map((entry, at) =>
          tensorOfBytes(
            (files[at] as Uint8Array).map((byte) => byte ^ change),
            entry,
          ),
        ),
      ),
    );
  const [record] = records;
  if (record === undefined) throw new RangeError("the claim file has no record");
  const roots = endsOf(0);
  expect("the output is right", roots.output === record.outputRoot);
  expect("the input is the record's", roots.input === record.inputRoot);
  expect("another input is told apart", endsOf(1).input !== record.inputRoot);
  expect("requests have ids", requestId(record, claim.modelId).length === 66);
  return { name: "the SDK reads a chain, verifies a claim and runs its model again", cases: 6, wrong };
}
