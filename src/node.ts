/** What the public API has besides where there is a disk: `import { … } from "onus/node"`. */
export { deploymentPath, readDeployment, writeDeployment } from "./chain/deployment.js";
export { writeClaimDirectory, type ClaimDirectory } from "./store/claim-directory.js";
export { readArtifact, readRawInputs } from "./store/read-artifact.js";
export { importCached } from "./store/import-cache.js";
