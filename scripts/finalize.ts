import { finalizeClaim } from "../src/chain/finalize-claim.js";
import { claimId } from "../src/claim/claim.js";
import { decodeClaimFile } from "../src/store/claim-file.js";
import { readText } from "../src/store/read-file.js";
import { openAccount, recipe, run } from "./support/recipe.js";
import type { Where } from "./support/recipe.js";

/** Makes a claim FINAL once its window is over; its stake is free then. */
await run(
  recipe("finalize", "finalize a claim whose window is over").requiredOption("--claim <file>", "claim.json"),
  async (options: Where & { claim: string }) => {
    const contracts = (await openAccount(options)).contracts();
    const { claim } = decodeClaimFile(readText(options.claim));
    const { hash, gasUsed } = await finalizeClaim(contracts, claim);
    return { claimId: claimId(claim, contracts.claimPlace), transaction: hash, gasUsed };
  },
);
