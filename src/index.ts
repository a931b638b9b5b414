/** The public API of the package, for Node and for browsers; everything else may change without notice. */
export { importOnnx, type Imported, type ImportOptions } from "./program/import-onnx.js";
export type { Artifact, Port } from "./program/artifact.js";
export { decodeArtifactFile, encodeArtifactFile, type ArtifactFile } from "./program/artifact-file.js";
export { decodeKernel } from "./program/codec.js";
export type { Dtype, TensorData } from "./program/dtype.js";
export type { Kernel } from "./program/kernel.js";
export { predictProof } from "./program/predict-proof.js";
export {
  bytesOfTensor,
  loopEngine,
  prepareModel,
  referenceEngine,
  tensorOfBytes,
  type Engine,
  type Model,
  type Run,
} from "./run/engine.js";
export { threadedWasmEngine, wasmEngine } from "./run/wasm/wasm-engine.js";
export type { Helpers, StartThread } from "./run/wasm/team.js";
export { evaluateOnce } from "./run/evaluate.js";
export { commitArtifact, type CommittedArtifact } from "./trace/commit-artifact.js";
export { commitByRunning } from "./trace/commit-by-running.js";
export { commitEnds } from "./trace/commit-ends.js";
export { commitRun, type OwnTrace, type Trace } from "./trace/commit-run.js";
export { rootOfBytes, rootOfItems } from "./trace/tree.js";
export type { CommittedTrace } from "./trace/committed-trace.js";
export type { KeccakHasher } from "./trace/keccak-hasher.js";
export { createWasmHasher, wasmHasher } from "./trace/wasm-hasher.js";
export { decodeTraceFile, encodeTraceFile, type TraceFile } from "./trace/trace-file.js";
export { claimId, parentItem, type Claim } from "./claim/claim.js";
export { recordHash, requestId, type InferenceRecord } from "./claim/record.js";
export { receiptHash, receiptTypedData, type Receipt, type SignedReceipt } from "./claim/receipt.js";
export type { KeyInterval, ReceiptCheck, ReceiptFacts, ReceiptVerdict } from "./claim/check-receipt.js";
export { brokenTerm, type BrokenTerm, type Inclusion } from "./claim/keeps-promise.js";
export { findBinding, type TensorBinding } from "./claim/find-binding.js";
export {
  commitParents,
  openParent,
  type ListOpening,
  type Parent,
  type ParentTree,
  type RecordRef,
} from "./claim/parent-list.js";
export {
  planTaint,
  type FamilyEdge,
  type TaintLabel,
  type TaintLabels,
  type TaintReach,
} from "./claim/plan-taint.js";
export { requireParents } from "./claim/require-parents.js";
export { openRecordOf, refOf, type RecordOpening } from "./claim/record-opening.js";
export { claimInference } from "./claim/claim-inference.js";
export { commitRecords, openRecord, type RecordTree } from "./claim/record-list.js";
export { modelId, type ModelIdentity } from "./model/model-id.js";
export { assembleExhibit, type HandedOver } from "./dispute/assemble-exhibit.js";
export { nextChallengerMove } from "./dispute/challenge.js";
export { nextOperatorMove } from "./dispute/defend.js";
export type { Answers, DisputeView, InquiryRules, JobView, Phase } from "./dispute/dispute-view.js";
export type { OpenedRecord, PublishedModel, SessionView, Stage } from "./dispute/dispute-view.js";
export { nextAccusedMove, nextComplainantMove, type ComplainantHoldings } from "./dispute/complaint.js";
export type {
  CourtRules,
  ReceiptMove,
  ReceiptRest,
  ReceiptStage,
  ReceiptView,
} from "./dispute/receipt-view.js";
export { evidenceOfFinding } from "./dispute/evidence-of-finding.js";
export type { Exhibit } from "./dispute/evidence.js";
export type { ChallengerHoldings, HeldRecord, OperatorHoldings } from "./dispute/holdings.js";
export { holdingsFromAnswers } from "./dispute/holdings-from-answers.js";
export { locateFault, type Finding } from "./dispute/locate-fault.js";
export type { JobContext, Move, RestReason, TraceStatement } from "./dispute/move.js";
export { readElementEvidence } from "./dispute/read-element-evidence.js";
export type { ElementDispute, Operand } from "./dispute/read-element-evidence.js";
export type { Question, QuestionKey } from "./dispute/question.js";
export { dividePenalty } from "./slash/divide-penalty.js";
export { bindEdge } from "./chain/bind-edge.js";
export { chainNow } from "./chain/chain-now.js";
export { connectContracts, type Contracts } from "./chain/contracts.js";
export { parseDeployment, type Deployment } from "./chain/parse-deployment.js";
export { openAccount, openChain, type AccountSource, type OpenChain } from "./chain/open-account.js";
export { planCalls, type AtRisk, type PlannedCall } from "./chain/plan-call.js";
export { listClaims, readClaimState, type ClaimState, type ListedClaim } from "./chain/read-claims.js";
export { readOperator, type OperatorView, type SignerView } from "./chain/read-operator.js";
export { playChallenger } from "./chain/play-challenger.js";
export { playOperator, type Defence } from "./chain/play-operator.js";
export type { PlayedSide, Playing } from "./chain/play-side.js";
export { convictClaim } from "./chain/convict-claim.js";
export { finalizeClaim } from "./chain/finalize-claim.js";
export type { ChainMove } from "./chain/move-call.js";
export { noteClaim } from "./chain/note-claim.js";
export { performMove, type Performed } from "./chain/perform-move.js";
export { performReceiptMove, proveEquivocation } from "./chain/perform-receipt-move.js";
export { playDispute, type Played, type Player, type Step } from "./chain/play-dispute.js";
export { publishModel } from "./chain/publish-model.js";
export { pushTaint } from "./chain/push-taint.js";
export { burnPenalty, pullBeneficiaryShare, pullRecordShare } from "./chain/pull-shares.js";
export { decodeTensorFile } from "./model/tensor-file/decode-tensor-file.js";
export { readClaim } from "./chain/read-claim.js";
export { readConviction, type Conviction } from "./chain/read-conviction.js";
export { readDispute, type ReadDispute } from "./chain/read-dispute.js";
export { readEdge, readTaint, type Edge, type Taint } from "./chain/read-lineage.js";
export { readFamily, type Family, type FamilyLimits } from "./chain/read-family.js";
export { readPushes, type Pushes } from "./chain/read-pushes.js";
export { readModel, readPublication } from "./chain/read-model.js";
export { readComplaints, readReceipt, type Complaint } from "./chain/read-receipt.js";
export { readStanding, type Standing } from "./chain/read-standing.js";
export { registerOperator } from "./chain/register-operator.js";
export type { Sent } from "./chain/send.js";
export { showForeignParent } from "./chain/show-foreign-parent.js";
export { signReceipt } from "./chain/sign-receipt.js";
export { stateEdge } from "./chain/state-edge.js";
export { submitClaim } from "./chain/submit-claim.js";
export type { Fees } from "./chain/transact.js";
export { readReceiptFacts, verifyReceipt, type ReceiptChainFacts } from "./chain/verify-receipt.js";
export { withdrawCourtCredit } from "./chain/withdraw-court-credit.js";
export { withdrawCredit } from "./chain/withdraw-credit.js";
export { catalogue } from "./errors/catalogue.js";
export type { CatalogueEntry, Code, ContextOf } from "./errors/catalogue.js";
export { exitStatus, formatError } from "./errors/format-error.js";
export { isOnusError, OnusError } from "./errors/onus-error.js";
export { decodeClaimFile, encodeClaimFile, type ClaimFile } from "./store/claim-file.js";
export { parseAddress } from "./types/address.js";
export type { Address } from "./types/address.js";
export { parseBytes32 } from "./types/bytes32.js";
export type { Bytes32 } from "./types/bytes32.js";
export type { Place } from "./types/place.js";
export { parseSeconds } from "./types/seconds.js";
export type { Seconds } from "./types/seconds.js";
export { parseWei } from "./types/wei.js";
export type { Wei } from "./types/wei.js";
