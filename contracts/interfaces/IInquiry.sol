// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Claim, ClaimId} from "../types/Claim.sol";
import {ModelId} from "../types/Model.sol";
import {Form, Place} from "../types/Question.sol";
import {SessionId} from "../types/Session.sol";
import {INativeBooks} from "./INativeBooks.sol";

/// @title Inquiry: questions that must be answered
/// @notice Whoever asserts must be able to prove: anybody with a bond asks an operator for anything its claim rests on, or
/// a publisher for anything its artifact consists of, one question at a time, on chess clocks. Silence convicts. An answer
/// proves itself and is given once: it serves every session that asks the same. Questions are laid out in
/// docs/spec/inquiry.md. Bonds are native currency, in books of their own. Times are unix seconds, deadlines exclusive.
interface IInquiry is INativeBooks {
    /// @notice Whose turn an OPEN session is at follows from its question: the answerer's until it is answered, then the
    /// asker's. Time alone changes no stage.
    enum Stage {
        NONE,
        OPEN,
        CLOSED,
        SETTLED
    }

    /// @param asker Who pays the bond, and is paid when the claim falls by this session
    /// @param rounds Questions asked, 1..16
    /// @param askedAt Unix seconds of the last question
    /// @param answererLeft Seconds the answerer had when it was asked
    /// @param subject Claim id or model id
    /// @param key The last question's
    /// @param deposit Wei put in
    /// @param bond Wei of it of which a quarter burns
    /// @param baseFee Wei per gas at the last question: its price is at most four times that
    /// @param owed Wei owed for answers and for closing
    /// @param askerLeft Seconds the asker had when it asked, > 0
    /// @param heldFor Seconds past its window that a closed session held the claim
    /// @param payees Accounts to which something is owed
    struct Session {
        address asker; //         20 bytes ┐
        Stage stage; //            1 byte  │
        uint8 rounds; //           1 byte  │ one slot
        uint40 askedAt; //         5 bytes │
        uint40 answererLeft; //    5 bytes ┘
        bytes32 subject;
        bytes32 key;
        uint96 deposit; //        12 bytes ┐ one slot
        uint96 bond; //           12 bytes ┘
        uint64 baseFee; //         8 bytes ┐
        uint96 owed; //           12 bytes │
        uint40 askerLeft; //       5 bytes │ one slot
        uint40 heldFor; //         5 bytes │
        uint8 payees; //           1 byte  ┘
    }

    /// @param recordIndex 0-based, < claim.n
    /// @param traceRoot Not zero
    /// @param session The session that asked and pays; zero = nobody, stated unasked
    struct TraceStatement {
        uint32 recordIndex;
        bytes32 traceRoot;
        SessionId session;
    }

    event SessionOpened(
        SessionId indexed session,
        bytes32 indexed subject,
        address indexed asker,
        address answerer,
        uint96 bond
    );
    /// @param deadline Unix seconds from which silence convicts
    /// @param deposit Wei in the session now
    event Asked(
        SessionId indexed session,
        bytes32 indexed key,
        Form form,
        uint8 levels,
        bytes32 subject,
        Place place,
        uint40 deadline,
        uint96 deposit
    );
    /// @notice For every session that asks the same.
    /// @param session The one that pays
    event Answered(
        bytes32 indexed key,
        SessionId indexed session,
        address indexed answerer,
        Form form,
        uint8 levels,
        bytes data,
        uint96 paid
    );
    /// @param by The operator, or an active signer of it
    event TraceStated(ClaimId indexed claimId, uint32 indexed recordIndex, bytes32 traceRoot, address by);
    /// @param proofEnd Unix seconds until which a proof may land whatever happens; 0 for models
    event SessionClosed(SessionId indexed session, uint40 proofEnd, uint40 heldFor);
    /// @notice The last question was not answered in time.
    event SilenceProven(SessionId indexed session, bytes32 indexed subject, address indexed asker);
    /// @param refund Wei back to the asker
    /// @param paid Wei to whoever answered, closed and settled
    /// @param delayFee Wei to the operator for the time its stake was held past the window
    /// @param burned Wei
    event SessionSettled(
        SessionId indexed session,
        address indexed asker,
        uint96 refund,
        uint96 paid,
        uint96 delayFee,
        uint96 burned
    );
    event Credited(SessionId indexed session, address indexed account, uint96 amount);

    error SessionExists(SessionId session);
    error WrongStage(SessionId session, Stage actual, Stage expected);
    /// @notice The session is about another claim, or about a model.
    error WrongSubject(SessionId session, bytes32 actual, bytes32 expected);
    error NotAsker(SessionId session, address actual, address expected);
    error UnknownQuestion(uint256 kind);
    error UnknownTree(uint256 list, uint256 inside);
    /// @notice A question about a claim's records was put to a publisher.
    error NotOfArtifact(uint256 list);
    error QuestionTooShort(uint256 actual, uint256 expected);
    error TrailingQuestion(uint256 actual, uint256 expected);
    /// @notice What was to be asked about is not what the claim commits to; roots.
    error WrongRoot(bytes32 actual, bytes32 expected);
    /// @notice Items of a list have no nodes below them: ask for the tensor, record or descriptor.
    error NothingBelow(uint256 list);
    /// @notice The record states its trace itself.
    error TraceNotOnDemand(uint256 recordIndex);
    /// @notice Somebody answered before: read the answer.
    error AlreadyAnswered(bytes32 key, uint256 answeredAt);
    /// @notice The last question waits for its answer.
    error NotAnswered(SessionId session, bytes32 key);
    /// @notice Unix seconds: now or when the answer came, and the deadline.
    error AnswerTooLate(SessionId session, uint256 actual, uint256 deadline);
    /// @notice Unix seconds: now, and the deadline.
    error AskerClockOver(SessionId session, uint256 actual, uint256 deadline);
    /// @notice Unix seconds: now, and the deadline.
    error AnswererClockRunning(SessionId session, uint256 actual, uint256 deadline);
    /// @notice Unix seconds: now, and until when the asker may ask on.
    error AskerClockRunning(SessionId session, uint256 actual, uint256 deadline);
    error RoundsUsedUp(SessionId session, uint256 rounds);
    /// @notice Wei in the session, and what must be.
    error DepositTooSmall(uint256 actual, uint256 expected);
    /// @notice The data answers another question; keys.
    error WrongAnswer(bytes32 actual, bytes32 expected);
    /// @notice Bytes of an answer of this form.
    error AnswerLength(Form form, uint256 actual, uint256 expected);
    /// @notice Traces are stated, by `stateTraces`.
    error FormIsStated();
    error NotOperatorOrSigner(address operator, address actual);
    error TraceAlreadyStated(ClaimId claimId, uint256 recordIndex, bytes32 traceRoot);
    error TraceRootZero();
    error RecordOutOfRange(uint256 index, uint256 count);
    error ClaimUndecided(ClaimId claimId);
    /// @notice The publisher's artifact has no bond behind it.
    error NothingAtStake(ModelId modelId);
    /// @notice Unix seconds: when the clocks might end, and when the bond may leave.
    error BondMayLeave(uint256 actual, uint256 leavesAt);

    /// @notice Begins a session with its first question. Anyone, inside the claim's original window.
    /// @param question As docs/spec/inquiry.md lays it out
    /// @dev Value: at least `depositFor` what is asked. What is not used returns.
    function open(
        Claim calldata claim,
        uint64 nonce,
        bytes calldata question
    ) external payable returns (SessionId session);

    /// @notice The next question, once the last one was answered. The session's asker, on its clock. Value tops up the
    /// deposit. A question that was answered before is the asker's turn at once.
    function ask(Claim calldata claim, SessionId session, bytes calldata question) external payable;

    /// @notice The same, of a model's publisher: only about program, table and weights, only while there is a bond, and
    /// only while all clocks end before it may leave. No claim's verdict depends on it.
    function openOnModel(
        ModelId modelId,
        uint64 nonce,
        bytes calldata question
    ) external payable returns (SessionId session);

    function askOnModel(SessionId session, bytes calldata question) external payable;

    /// @notice Answers the last question of a session, and thereby of all that ask the same. Anyone: the data proves
    /// itself. Paid for by the named session when it is settled.
    /// @param levels As asked
    function answer(SessionId session, Form form, uint8 levels, bytes calldata data) external;

    /// @notice States traces that records left to be stated: each once and for good, asked or unasked. The operator or an
    /// active signer.
    function stateTraces(Claim calldata claim, TraceStatement[] calldata statements) external;

    /// @notice The last question was not answered before its deadline: the claim falls by Silence, and the asker is the
    /// beneficiary. Anyone.
    function timeOut(Claim calldata claim, SessionId session) external;

    /// @notice The publisher was silent: its bond is slashed, and the asker is paid back. Anyone.
    function timeOutOnModel(SessionId session) external;

    /// @notice Ends an answered session: the asker at any time, anyone once the asker's clock is over or its rounds are
    /// used up. A proof may land until proofTime after the last answer.
    function close(Claim calldata claim, SessionId session) external;

    /// @notice The same, and settles it.
    function closeOnModel(SessionId session) external;

    /// @notice Divides the deposit once the claim is decided. FAULTED: all of it returns. FINAL: answers are paid, a quarter
    /// of the bond burns, time past the window is paid to the operator, the rest returns. Anyone.
    function settle(Claim calldata claim, SessionId session) external;

    function sessionOf(SessionId session) external view returns (Session memory);

    function sessionIdOf(bytes32 subject, address asker, uint64 nonce) external view returns (SessionId);

    /// @return Unix seconds, 0 = not answered
    function answeredAt(bytes32 key) external view returns (uint40);

    /// @return The trace root stated for a record, 0 = none
    function statedTrace(ClaimId claimId, uint256 recordIndex) external view returns (bytes32);

    /// @return Sessions open against an operator or publisher
    function openSessionsAgainst(address answerer) external view returns (uint256);

    /// @notice Least deposit of a session in which one question is asked.
    /// @param liability Wei of the claim; 0 for models
    /// @param answerBytes Most bytes of the answer
    /// @param baseFee Wei per gas of the block that the question comes into; given, because a node that is asked for a view
    /// may say that it is zero
    function depositFor(
        address answerer,
        uint96 liability,
        uint256 answerBytes,
        uint256 baseFee
    ) external view returns (uint256 deposit);
}
