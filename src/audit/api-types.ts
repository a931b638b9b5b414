/**
 * What the indexer's HTTP API answers (docs/api.md). Types alone: `import type { ClaimPage } from "onus/api"`.
 *
 * Amounts are decimal strings of wei, times unix seconds, hashes lower case, addresses with their checksum. A list is
 * newest first; `next` is the cursor of its next page, absent on the last one.
 */

/** Decimal digits, in wei. */
export type WeiText = string;
/** Unix seconds. */
export type UnixSeconds = number;
/** 0x and hex digits. */
export type Hex = `0x${string}`;

export type Page<Item> = { readonly items: readonly Item[]; readonly next?: string };

/** Every error: `code` is of the catalogue, or USAGE for a malformed parameter, NOT_INDEXED for what is not known. */
export type ApiError = { readonly code: string; readonly message: string; readonly hint?: string };

/** Where an event stands. */
export type EventPlace = { readonly block: number; readonly log: number; readonly tx: Hex };

/** One event as it was emitted. Numbers of at most 48 bits are numbers, wider ones decimal strings. */
export type ApiEvent = EventPlace & {
  readonly time: UnixSeconds;
  readonly part: PartName;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
};

export type PartName =
  | "onus"
  | "modelRegistry"
  | "operatorRegistry"
  | "claimBook"
  | "workbench"
  | "inquiry"
  | "receiptCourt"
  | "standing"
  | "lineage";

export type ApiPhase = "OPEN" | "CONTESTED" | "FINAL" | "FAULTED";
export type ApiFault = "Element" | "OutputRoot" | "Padding" | "AbsentNode" | "Silence";

/** GET /v1/status */
export type Status = {
  readonly chainId: number;
  /** Parts that the deployment does not have are the zero address. */
  readonly deployment: Readonly<Record<PartName | "referee" | "token", Hex>>;
  readonly fromBlock: number;
  /** The last block that was read; absent before the first. */
  readonly indexed?: { readonly number: number; readonly hash: Hex };
  /** Seconds of the deployment that pages compute with. */
  readonly parameters: Readonly<Record<string, string>>;
};

/** GET /v1/overview */
export type Overview = {
  readonly models: number;
  readonly operators: number;
  readonly jailedOperators: number;
  readonly claims: Readonly<Record<ApiPhase, number>>;
  readonly sessions: { readonly open: number; readonly total: number };
  readonly receipts: { readonly complained: number; readonly broken: number; readonly total: number };
  /** Stake of all operators, and how much of it backs undecided claims. */
  readonly stake: WeiText;
  readonly locked: WeiText;
  /** Liability of all claims that became FINAL, and of all that fell. */
  readonly finalised: WeiText;
  readonly faulted: WeiText;
  readonly taintedRecords: number;
  /** The newest events, for a page that shows what happens now. */
  readonly latest: readonly ApiEvent[];
};

/** GET /v1/activity?bucket=3600&from=&to= : what happened in each stretch of `bucket` seconds in which something did. */
export type Activity = {
  readonly bucket: number;
  readonly items: readonly {
    readonly from: UnixSeconds;
    readonly submitted: number;
    readonly finalized: number;
    readonly faulted: number;
    readonly sessions: number;
    readonly questions: number;
    readonly answers: number;
    readonly complaints: number;
    readonly published: number;
    readonly registered: number;
  }[];
};

/** GET /v1/claims?operator=&model=&phase=&fault=&from=&to=&limit=&cursor= */
export type ClaimSummary = {
  readonly id: Hex;
  readonly operator: Hex;
  readonly modelId: Hex;
  readonly n: number;
  readonly liability: WeiText;
  readonly window: number;
  readonly phase: ApiPhase;
  readonly openSessions: number;
  readonly submittedAt: UnixSeconds;
  readonly windowEndsAt: UnixSeconds;
  /** From when it may become FINAL. */
  readonly finalizableAt: UnixSeconds;
  readonly decidedAt?: UnixSeconds;
  readonly fault?: ApiFault;
  readonly knownRecords: number;
};
export type ClaimPage = Page<ClaimSummary>;

/** GET /v1/claims/{id} */
export type ClaimDetail = ClaimSummary & {
  readonly nonce: string;
  readonly recordsRoot: Hex;
  readonly submitter: Hex;
  readonly submitted: EventPlace;
  readonly decided?: EventPlace;
  readonly beneficiary?: Hex;
  readonly model: ModelSummary;
  readonly key: ApiKey;
  readonly shares?: ApiShares;
  /** Those that are known, by index. */
  readonly records: readonly ApiRecord[];
  readonly sessions: readonly SessionSummary[];
  /** Everything that happened to it, oldest first. */
  readonly timeline: readonly ApiEvent[];
};

/** Whose key submitted: the operator's own, or a signer of it. */
export type ApiKey = {
  readonly address: Hex;
  readonly kind: "owner" | "signer";
  readonly activeFrom?: UnixSeconds;
  readonly revokedAt?: UnixSeconds;
};

/** What a fallen claim or a broken receipt costs, and what has left of it. */
export type ApiShares = {
  readonly penalty: WeiText;
  readonly beneficiary: Hex;
  readonly beneficiaryShare: WeiText;
  readonly perRecord: WeiText;
  readonly toBurn: WeiText;
  readonly beneficiaryPaid: boolean;
  readonly recordsPaid: number;
  readonly burned: WeiText;
};

/**
 * A record whose preimage is known: published by an answer, or found to open after somebody posted it or its operator's
 * endpoint handed it out.
 */
export type ApiRecord = {
  readonly claimId: Hex;
  readonly index: number;
  readonly hash: Hex;
  readonly requestId: Hex;
  readonly requester: Hex;
  readonly salt: Hex;
  readonly inputRoot: Hex;
  readonly outputRoot: Hex;
  /** As it stands in the record; zero: stated when asked. */
  readonly traceRoot: Hex;
  /** Stated on demand, where it was. */
  readonly statedTrace?: Hex;
  readonly parentsRoot: Hex;
  readonly parentsCount: number;
  /** Path to the claim's recordsRoot, bottom up. */
  readonly siblings: readonly Hex[];
  readonly source: "answer" | "posted";
  readonly inputs?: readonly Hex[];
  readonly outputs?: readonly Hex[];
  readonly parents?: readonly ParentRef[];
  readonly taint: TaintState;
};

export type ParentRef =
  | { readonly claimId: Hex; readonly recordIndex: number }
  /** In another deployment, which nobody here looks at: shown, never trusted. */
  | ForeignRef
  /** Nothing but its hash is known. */
  | { readonly item: Hex };
export type ForeignRef = {
  /** Decimal digits. */
  readonly chainId: string;
  readonly claimBook: Hex;
  readonly claimId: Hex;
  readonly recordIndex: number;
};

/** GET /v1/records/{recordHash} */
export type RecordPage = {
  readonly items: readonly (ApiRecord & { readonly claim: ClaimSummary })[];
};

/**
 * POST /v1/records: a claim file as `onus claim submit` writes it, or one record with its path. It is kept when it opens
 * to an indexed claim. The lists are checked against the record's roots. An operator's node hands out records in this form.
 */
export type PostedRecord = {
  readonly claimId: Hex;
  readonly index: number;
  readonly record: {
    readonly requester: Hex;
    readonly salt: Hex;
    readonly inputRoot: Hex;
    readonly outputRoot: Hex;
    readonly traceRoot: Hex;
    readonly parentsRoot: Hex;
    readonly parentsCount: number;
  };
  readonly siblings: readonly Hex[];
  readonly inputs?: readonly Hex[];
  readonly outputs?: readonly Hex[];
  readonly parents?: readonly ParentRef[];
};
/** GET /v1/claims/{claimId}/records?from=&count= of an operator's endpoint: some of its records from `from` on. */
export type HandedOutRecords = { readonly records: readonly PostedRecord[] };
export type PostedAnswer = { readonly kept: number };

/** GET /v1/operators?status=&sort=&limit=&cursor= */
export type OperatorSummary = {
  readonly address: Hex;
  readonly endpoint: string;
  readonly status: "ACTIVE" | "JAILED";
  readonly registeredAt: UnixSeconds;
  readonly jailedAt?: UnixSeconds;
  readonly stake: WeiText;
  /** Behind undecided claims. */
  readonly locked: WeiText;
  readonly exiting: WeiText;
  readonly claims: Readonly<Record<ApiPhase, number>>;
  readonly models: number;
  readonly complaints: number;
  readonly brokenReceipts: number;
  readonly sessions: number;
  readonly finalised: WeiText;
  readonly faulted: WeiText;
  readonly standing: ApiStanding;
};
export type OperatorPage = Page<OperatorSummary>;

/**
 * Decayed sums of liability × seconds locked (wei × seconds) of the claims that were noted in `Standing`, in floating
 * point: for people. They hold at `at`, 0 where nothing was noted; now they are × 2^(−(now − at) / halfLife), with
 * `halfLife` from GET /v1/status. The contract's own sums are integers.
 */
export type ApiStanding = {
  readonly finalised: string;
  readonly faulted: string;
  readonly at: UnixSeconds;
};

/** GET /v1/operators/{address} */
export type OperatorDetail = OperatorSummary & {
  readonly exitReadyAt?: UnixSeconds;
  readonly signers: readonly {
    readonly address: Hex;
    readonly activeFrom: UnixSeconds;
    readonly revokedAt?: UnixSeconds;
  }[];
  readonly serves: readonly ServedModel[];
  /** The newest. */
  readonly faults: readonly ClaimSummary[];
};

export type ServedModel = Tally & { readonly modelId: Hex; readonly operator: Hex };
export type Tally = {
  readonly claims: Readonly<Record<ApiPhase, number>>;
  readonly finalised: WeiText;
  readonly faulted: WeiText;
  readonly firstAt: UnixSeconds;
  readonly lastAt: UnixSeconds;
};

/** GET /v1/operators/{address}/series?from=&to=&points=200 : oldest first, thinned to at most `points`. */
export type OperatorSeries = {
  readonly exposure: readonly {
    readonly time: UnixSeconds;
    readonly stake: WeiText;
    readonly locked: WeiText;
    readonly exiting: WeiText;
  }[];
  readonly standing: readonly StandingPoint[];
};
export type StandingPoint = {
  readonly time: UnixSeconds;
  readonly finalised: string;
  readonly faulted: string;
};

/** GET /v1/models?publisher=&limit=&cursor= */
export type ModelSummary = {
  readonly id: Hex;
  readonly publisher: Hex;
  readonly artifactId: Hex;
  readonly uri: string;
  readonly publishedAt: UnixSeconds;
  readonly retiredAt?: UnixSeconds;
  readonly superseded?: Hex;
  readonly successor?: Hex;
  /** 1 for the first of its chain. */
  readonly version: number;
  readonly bond: WeiText;
  readonly kernelCount: number;
  readonly claims: Readonly<Record<ApiPhase, number>>;
  readonly operators: number;
  readonly finalised: WeiText;
  readonly faulted: WeiText;
  /** Of its decided claims; null where none is decided. */
  readonly faultRate: number | null;
  readonly standing: ApiStanding;
};
export type ModelPage = Page<ModelSummary>;

/** GET /v1/models/{id} */
export type ModelDetail = ModelSummary & {
  readonly published: EventPlace;
  readonly artifact: {
    readonly kernelCount: number;
    readonly weightCount: number;
    readonly inputCount: number;
    readonly outputCount: number;
    readonly programRoot: Hex;
    readonly tableRoot: Hex;
    readonly weightsRoot: Hex;
    readonly interfaceHash: Hex;
  };
  /** The whole chain of versions, oldest first, this one included. */
  readonly versions: readonly ModelSummary[];
  readonly servedBy: readonly ServedModel[];
  readonly sessions: readonly SessionSummary[];
};

/** GET /v1/models/{id}/series */
export type ModelSeries = { readonly standing: readonly StandingPoint[] };

/** GET /v1/sessions?subject=&asker=&answerer=&stage=&limit=&cursor= */
export type SessionSummary = {
  readonly id: Hex;
  readonly subject: Hex;
  readonly about: "claim" | "model";
  readonly asker: Hex;
  readonly answerer: Hex;
  /** `ENDED`: it was open when its claim fell, and ended with it. */
  readonly stage: SessionStage;
  /** Its claim is decided and its deposit not divided: anyone may settle it. Nothing else can happen to an ENDED one. */
  readonly isToSettle: boolean;
  readonly silent: boolean;
  readonly rounds: number;
  readonly bond: WeiText;
  readonly deposit: WeiText;
  readonly openedAt: UnixSeconds;
  /** Of the last question. */
  readonly deadline: UnixSeconds;
  readonly isAnswered: boolean;
  /** When it was closed, or ended with its claim. */
  readonly closedAt?: UnixSeconds;
};
export type SessionStage = "OPEN" | "CLOSED" | "ENDED" | "SETTLED";
export type SessionPage = Page<SessionSummary>;

/** GET /v1/sessions/{id} */
export type SessionDetail = SessionSummary & {
  readonly questions: readonly {
    readonly round: number;
    readonly key: Hex;
    readonly form: "record" | "trace" | "nodes" | "leaves" | "descriptor";
    readonly levels: number;
    readonly place: {
      readonly list: string;
      readonly level: number;
      readonly record: number;
      readonly tensor?: number;
      readonly index: number;
    };
    readonly askedAt: UnixSeconds;
    readonly deadline: UnixSeconds;
    readonly answer?: {
      readonly at: UnixSeconds;
      readonly by: Hex;
      readonly bytes: number;
      readonly tx: Hex;
    };
  }[];
  readonly settled?: {
    readonly refund: WeiText;
    readonly paid: WeiText;
    readonly delayFee: WeiText;
    readonly burned: WeiText;
  };
  readonly timeline: readonly ApiEvent[];
};

/** GET /v1/receipts?operator=&stage=&limit=&cursor= , GET /v1/receipts/{hash} : those that were presented on chain. */
export type ReceiptSummary = {
  readonly hash: Hex;
  readonly operator: Hex;
  readonly signer: Hex;
  readonly modelId: Hex;
  readonly recordHash: Hex;
  readonly requester: Hex;
  readonly stage: "PRESENTED" | "COMPLAINED" | "ANSWERED" | "BROKEN";
  readonly presentedAt: UnixSeconds;
  readonly issuedAt: UnixSeconds;
  readonly inclusionDeadline: UnixSeconds;
  readonly liability: WeiText;
  readonly maxRecords: number;
  readonly complainant?: Hex;
  readonly deadline?: UnixSeconds;
  readonly claimId?: Hex;
  readonly fault?: "Equivocation" | "NonInclusion";
  readonly penalty?: WeiText;
};
export type ReceiptPage = Page<ReceiptSummary>;
export type ReceiptDetail = ReceiptSummary & {
  readonly outputRoot: Hex;
  readonly inputRoot: Hex;
  readonly shares?: ApiShares;
  readonly timeline: readonly ApiEvent[];
};

/** Never "clean": that nobody pushed a taint says nothing. */
export type TaintState = "TAINTED" | "NOT_PUSHED";

export type LineageNode = {
  readonly claimId: Hex;
  readonly recordIndex: number;
  readonly phase: ApiPhase | "UNKNOWN";
  readonly modelId?: Hex;
  readonly operator?: Hex;
  readonly taint: TaintState;
  /** Steps from the record that was asked about: negative towards ancestors. */
  readonly distance: number;
};
export type LineageEdge = {
  readonly parent: { readonly claimId: Hex; readonly recordIndex: number };
  readonly child: { readonly claimId: Hex; readonly recordIndex: number };
  /** `bound`: a tensor of the parent's output is one of the child's input, proven on chain. `stated`: on chain.
   * `told`: in a record whose preimage is known, on no chain. */
  readonly kind: "bound" | "stated" | "told";
};
/** GET /v1/lineage/{claimId}/{recordIndex}?depth=8 */
export type LineageGraph = {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** Parents that stand in another deployment, or of which only the item is known. */
  readonly foreign: readonly {
    readonly child: { readonly claimId: Hex; readonly recordIndex: number };
    /** As the record has it, where nothing else is known. */
    readonly item?: Hex;
    /** As it was shown on chain, or is told in the record; nobody looked there. */
    readonly parent?: ForeignRef;
  }[];
  /** More exists than `depth` and the limit of 500 nodes show. */
  readonly isCut: boolean;
};

/** GET /v1/events?subject=&name=&limit=&cursor= */
export type EventPage = Page<ApiEvent>;

/** GET /v1/outputs/{root} : by the root of an output tensor, or of a whole output list. */
export type OutputPage = RecordPage;

/** GET /v1/search?q= : a hash, an address, a transaction, or the beginning of one (from 6 digits on). */
export type SearchHit =
  | { readonly kind: "claim"; readonly id: Hex }
  | { readonly kind: "operator"; readonly id: Hex }
  | { readonly kind: "signer"; readonly id: Hex; readonly operator: Hex }
  | { readonly kind: "model"; readonly id: Hex }
  | { readonly kind: "artifact"; readonly id: Hex; readonly models: readonly Hex[] }
  | { readonly kind: "session"; readonly id: Hex }
  | { readonly kind: "receipt"; readonly id: Hex }
  | { readonly kind: "record"; readonly id: Hex; readonly claimId: Hex; readonly recordIndex: number }
  | { readonly kind: "output"; readonly id: Hex; readonly claimId: Hex; readonly recordIndex: number }
  | { readonly kind: "input"; readonly id: Hex; readonly claimId: Hex; readonly recordIndex: number }
  | { readonly kind: "transaction"; readonly id: Hex; readonly subjects: readonly Hex[] }
  | { readonly kind: "account"; readonly id: Hex };
export type SearchResult = { readonly query: string; readonly hits: readonly SearchHit[] };

/** GET /v1/evidence/{claimId}?record=&receipt=&signer= : what `onus audit` collects; where each event of a bundle stands. */
export type EvidencePlan = {
  readonly claim: ClaimDetail;
  readonly record?: ApiRecord;
  readonly events: readonly ApiEvent[];
  readonly lineage: LineageGraph;
};
