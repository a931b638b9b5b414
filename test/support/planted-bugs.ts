import type { Kind } from "../../scripts/trial/plan.js";

/** One way to break the protocol, and what a trial then finds. */
export type PlantedBug = {
  readonly name: string;
  /** The contract that is deployed with the bug in it. */
  readonly part: "ClaimBook" | "Inquiry" | "OperatorRegistry" | "Referee" | "Workbench";
  /** Of the part itself, or of a library it is compiled with. */
  readonly file: string;
  /** Each text occurs exactly once in the file. */
  readonly edits: readonly { readonly find: string; readonly replace: string }[];
  /** `late`: undecided when its hard end was over. */
  readonly expects: "loss" | "fault" | "escape" | "late";
  /** Kinds of cases that can come upon it. */
  readonly kinds: readonly Kind[];
};

const INQUIRY = { part: "Inquiry", file: "contracts/Inquiry.sol" } as const;
const CLAIM_BOOK = { part: "ClaimBook", file: "contracts/ClaimBook.sol" } as const;
const WORKBENCH = { part: "Workbench", file: "contracts/Workbench.sol" } as const;

/** Protocol bugs, each of which a trial must not survive unnoticed. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    ...INQUIRY,
    name: "a late answer saves the session",
    edits: [
      {
        find: "if (block.timestamp >= deadline) revert AnswerTooLate(session, block.timestamp, deadline);",
        replace: "",
      },
      { find: "if (answered >= deadline) revert AnswerTooLate(session, answered, deadline);", replace: "" },
      { find: "if (answered != 0 && answered < deadline) revert", replace: "if (answered != 0) revert" },
    ],
    expects: "escape",
    kinds: ["falls silent", "withholds the input"],
  },
  {
    ...INQUIRY,
    name: "an answer need not fold to the node",
    edits: [
      {
        find: "bytes32 key = questionKey(form, levels, AnswerReader.subjectOf(form, levels, data));",
        replace: "bytes32 key = _sessions[session].key; AnswerReader.bytesBelow(form, levels);",
      },
    ],
    expects: "escape",
    kinds: ["garbage trace root", "garbage record list", "withholds the input"],
  },
  {
    ...INQUIRY,
    name: "a stated trace can be replaced",
    edits: [
      { find: "if (stated != 0) revert TraceAlreadyStated(claimId, index, stated);", replace: "" },
      {
        find: "        _answered(key);\n        _statedTraces[claimId][index]",
        replace: "        if (stated == 0) _answered(key);\n        _statedTraces[claimId][index]",
      },
    ],
    expects: "escape",
    kinds: ["flips an element", "lies in the last second", "accomplices occupy"],
  },
  {
    ...INQUIRY,
    name: "anybody may state a trace",
    edits: [
      {
        find: "if (msg.sender != operator && !operatorRegistry.isActiveSigner(operator, msg.sender)) {",
        replace: "if (msg.sender == address(0)) {",
      },
    ],
    expects: "fault",
    kinds: ["answers for the operator"],
  },
  {
    part: "Inquiry",
    file: "contracts/libraries/QuestionReader.sol",
    name: "what is asked about need not belong to the claim",
    edits: [
      { find: "if (at.root != tree.root) revert IInquiry.WrongRoot(at.root, tree.root);", replace: "" },
    ],
    expects: "fault",
    kinds: ["asks and abandons", "occupies"],
  },
  {
    ...CLAIM_BOOK,
    name: "a claim becomes final while sessions are open",
    edits: [
      {
        find: "ClaimState storage state = _advance(id, Phase.OPEN, Phase.FINAL);",
        replace:
          "ClaimState storage state = _advance(id, _states[id].phase == Phase.CONTESTED ? Phase.CONTESTED : Phase.OPEN, Phase.FINAL);",
      },
    ],
    expects: "escape",
    kinds: ["lies in the last second", "falls silent", "withholds the input"],
  },
  {
    ...CLAIM_BOOK,
    name: "the end of a session leaves no time for a proof",
    edits: [
      { find: "if (proofEnd > state.finalizableAt) state.finalizableAt = proofEnd;", replace: "proofEnd;" },
    ],
    expects: "escape",
    kinds: ["flips an element", "lies in the last second", "wrong output root", "extreme operands"],
  },
  {
    ...INQUIRY,
    name: "turns are not topped up to the extension",
    edits: [{ find: "return left > clockExtension ? left : clockExtension;", replace: "return left;" }],
    expects: "fault",
    kinds: ["stalls"],
  },
  {
    ...INQUIRY,
    name: "answers are not paid",
    edits: [
      {
        find: "return _owe(session, answerGas + answerByteGas * length);",
        replace: "return _owe(session, 0 * length);",
      },
    ],
    expects: "loss",
    kinds: ["asks and abandons", "stalls"],
  },
  {
    ...WORKBENCH,
    name: "a job is finished before its last stage",
    edits: [
      {
        find: "if (job.next != context.reduction) revert NotAccumulated(job.next, context.reduction);",
        replace: "",
      },
    ],
    expects: "fault",
    kinds: ["replays evidence"],
  },
  {
    ...WORKBENCH,
    name: "a stage begins from nothing",
    edits: [{ find: "IEvaluator.Partial(job.accumulator, job.best),", replace: "IEvaluator.Partial(0, 0)," }],
    expects: "fault",
    kinds: ["replays evidence"],
  },
  {
    ...INQUIRY,
    name: "the last second of a turn belongs to the other side",
    edits: [
      {
        find: "if (block.timestamp >= deadline) revert AnswerTooLate(session, block.timestamp, deadline);",
        replace:
          "if (block.timestamp + 1 >= deadline) revert AnswerTooLate(session, block.timestamp, deadline);",
      },
    ],
    expects: "fault",
    kinds: ["stalls", "asks and abandons", "occupies"],
  },
  {
    ...INQUIRY,
    name: "bonds burn although the claim fell",
    edits: [
      {
        find: "(address asker, uint96 deposit) = (s.asker, s.deposit);\n        emit SessionSettled(session, asker, deposit, 0, 0, 0);",
        replace:
          "(address asker, uint96 deposit) = (s.asker, s.deposit - s.bond);\n        _burnableBonds += s.bond;\n        emit SessionSettled(session, asker, deposit, 0, 0, s.bond);",
      },
    ],
    expects: "loss",
    kinds: ["garbage trace root", "wrong output root"],
  },
  {
    part: "Referee",
    file: "contracts/libraries/EvidenceReader.sol",
    name: "the referee reads the trace stated for another record",
    edits: [
      {
        find: "IInquiry(inquiry).statedTrace(id, e.recordIndex)",
        replace: "IInquiry(inquiry).statedTrace(id, 0)",
      },
    ],
    expects: "escape",
    kinds: ["flips an element", "other input", "non-zero padding"],
  },
  {
    part: "Referee",
    file: "contracts/libraries/EvidenceReader.sol",
    name: "the opened record need not be the claim's",
    edits: [
      {
        find: "if (root != claim.recordsRoot) revert IReferee.WrongRecord(root, claim.recordsRoot);",
        replace: "root;",
      },
    ],
    expects: "fault",
    kinds: ["replays evidence"],
  },
  {
    ...INQUIRY,
    name: "anybody closes a session before it was answered",
    edits: [
      { find: "if (answered == 0) revert NotAnswered(session, s.key);", replace: "" },
      { find: "if (msg.sender != s.asker && s.rounds != MAX_ROUNDS) {", replace: "if (false) {" },
    ],
    expects: "escape",
    kinds: ["falls silent", "withholds the input"],
  },
  {
    ...INQUIRY,
    name: "clocks begin anew with every question",
    edits: [
      {
        find: "_put(session, asked, _toppedUp(answererLeft), end - _now());",
        replace: "_put(session, asked, clock + 0 * _toppedUp(answererLeft), clock);",
      },
    ],
    expects: "late",
    kinds: ["stalls"],
  },
];
