// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IClaimBook} from "./interfaces/IClaimBook.sol";
import {IInquiry} from "./interfaces/IInquiry.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IOnus} from "./interfaces/IOnus.sol";
import {IOperatorRegistry} from "./interfaces/IOperatorRegistry.sol";
import {AnswerReader} from "./libraries/AnswerReader.sol";
import {NativeBooks} from "./libraries/NativeBooks.sol";
import {Question, QuestionReader} from "./libraries/QuestionReader.sol";
import {Claim, ClaimId} from "./types/Claim.sol";
import {Fault} from "./types/Fault.sol";
import {ModelId} from "./types/Model.sol";
import {Phase} from "./types/Phase.sol";
import {Form, questionKey, traceSubject} from "./types/Question.sol";
import {SessionId, toSessionId} from "./types/Session.sol";

/// @title Inquiry
/// @dev Clocks are lazy. An answer writes when its key was answered, and nothing about the sessions that wait for it; each
/// of them reads that time when somebody next acts on it. So one answer serves any number of sessions, and no loop here
/// runs over anything but the accounts that one session owes, of which its rounds bound the number.
///
/// Money: whatever can be owed when a session ends was in its deposit when its last question was asked (`_requireCovered`),
/// so nothing that ends one can fail for want of it.
contract Inquiry is IInquiry, NativeBooks {
    uint256 internal constant MAX_ROUNDS = 16;
    /// @dev Two for each round.
    uint256 internal constant EXTENSIONS = 32;
    uint256 internal constant LIABILITY_UNIT = 10 ** 18;
    /// @dev Who answers the question and who closes: the accounts that may be owed beyond those that are.
    uint256 internal constant PAYEES_TO_COME = 2;

    IClaimBook public immutable claimBook;
    IOperatorRegistry public immutable operatorRegistry;
    IModelRegistry public immutable modelRegistry;
    /// @notice Seconds.
    uint40 public immutable clock;
    /// @notice Seconds.
    uint40 public immutable clockExtension;
    /// @notice Seconds.
    uint40 public immutable proofTime;
    /// @notice Seconds.
    uint40 public immutable exitDelay;
    /// @notice Seconds from its first question to the end of its clocks that a session may last.
    uint256 public immutable longestSession;
    /// @notice Wei.
    uint96 public immutable baseBond;
    /// @notice Wei for each second and 10^18 wei of liability.
    uint64 public immutable delayRate;
    /// @notice Gas.
    uint32 public immutable answerGas;
    /// @notice Gas.
    uint32 public immutable answerByteGas;
    /// @notice Gas.
    uint32 public immutable closeGas;
    /// @notice Gas.
    uint32 public immutable settleGas;

    /// @param amount Wei
    struct Payee {
        address account; //   20 bytes ┐
        uint96 amount; //     12 bytes ┘ one slot
    }

    mapping(SessionId => Session) private _sessions;
    mapping(SessionId => Payee[MAX_ROUNDS + 1]) private _payees;
    /// @inheritdoc IInquiry
    mapping(bytes32 key => uint40) public answeredAt;
    mapping(ClaimId => mapping(uint256 recordIndex => bytes32)) private _statedTraces;
    /// @inheritdoc IInquiry
    mapping(address answerer => uint256) public openSessionsAgainst;
    /// @dev Fallen claims whose open sessions no longer count against their operator.
    mapping(ClaimId => bool) private _discounted;

    constructor() {
        IOnus onus = IOnus(msg.sender);
        IOnus.Parameters memory given = onus.parameters();
        claimBook = IClaimBook(onus.claimBook());
        operatorRegistry = IOperatorRegistry(onus.operatorRegistry());
        modelRegistry = IModelRegistry(onus.modelRegistry());
        clock = given.clock;
        clockExtension = given.clockExtension;
        proofTime = given.proofTime;
        exitDelay = given.exitDelay;
        longestSession = 2 * uint256(given.clock) + EXTENSIONS * given.clockExtension;
        baseBond = given.baseBond;
        delayRate = given.delayRate;
        answerGas = given.answerGas;
        answerByteGas = given.answerByteGas;
        closeGas = given.closeGas;
        settleGas = given.settleGas;
    }

    /// @inheritdoc IInquiry
    function open(
        Claim calldata claim,
        uint64 nonce,
        bytes calldata question
    ) external payable returns (SessionId session) {
        ClaimId claimId = _idOf(claim);
        Question memory asked = _read(claim, claimId, question);
        session = _open(ClaimId.unwrap(claimId), nonce, claim.operator, claim.liability, asked);
        claimBook.contest(claim);
    }

    /// @inheritdoc IInquiry
    function ask(Claim calldata claim, SessionId session, bytes calldata question) external payable {
        ClaimId claimId = _idOf(claim);
        _requireSubject(session, ClaimId.unwrap(claimId));
        _ask(session, claim.liability, _read(claim, claimId, question));
    }

    /// @inheritdoc IInquiry
    function openOnModel(
        ModelId modelId,
        uint64 nonce,
        bytes calldata question
    ) external payable returns (SessionId) {
        IModelRegistry.Model memory model = modelRegistry.modelOf(modelId);
        if (modelRegistry.bondOf(modelId) == 0) revert NothingAtStake(modelId);
        uint256 end = block.timestamp + longestSession;
        uint256 leavesAt = uint256(model.retiredAt) + exitDelay;
        if (model.retiredAt != 0 && end > leavesAt) revert BondMayLeave(end, leavesAt);
        Question memory asked = QuestionReader.readOfModel(question, modelId, address(modelRegistry));
        return _open(ModelId.unwrap(modelId), nonce, model.publisher, 0, asked);
    }

    /// @inheritdoc IInquiry
    function askOnModel(SessionId session, bytes calldata question) external payable {
        (ModelId modelId, ) = _modelOf(session);
        _ask(session, 0, QuestionReader.readOfModel(question, modelId, address(modelRegistry)));
    }

    /// @inheritdoc IInquiry
    function answer(SessionId session, Form form, uint8 levels, bytes calldata data) external {
        if (form == Form.Trace) revert FormIsStated();
        bytes32 key = questionKey(form, levels, AnswerReader.subjectOf(form, levels, data));
        uint96 paid = _serve(session, key, data.length);
        _answered(key);
        emit Answered(key, session, msg.sender, form, levels, data, paid);
    }

    /// @inheritdoc IInquiry
    function stateTraces(Claim calldata claim, TraceStatement[] calldata statements) external {
        address operator = claim.operator;
        if (msg.sender != operator && !operatorRegistry.isActiveSigner(operator, msg.sender)) {
            revert NotOperatorOrSigner(operator, msg.sender);
        }
        ClaimId claimId = _idOf(claim);
        for (uint256 i = 0; i < statements.length; ++i) _state(claimId, claim.n, statements[i]);
    }

    /// @inheritdoc IInquiry
    function timeOut(Claim calldata claim, SessionId session) external {
        bytes32 subject = ClaimId.unwrap(_idOf(claim));
        _requireSubject(session, subject);
        address asker = _requireSilence(session);
        // The session stays open: the claim's phase says from now on that it fell, and is asked when the session is settled.
        emit SilenceProven(session, subject, asker);
        claimBook.fault(claim, Fault.Silence, asker);
    }

    /// @inheritdoc IInquiry
    function timeOutOnModel(SessionId session) external {
        (ModelId modelId, address publisher) = _modelOf(session);
        address asker = _requireSilence(session);
        --openSessionsAgainst[publisher];
        emit SilenceProven(session, ModelId.unwrap(modelId), asker);
        _settleWhole(session, Stage.OPEN);
        modelRegistry.slashBond(modelId, asker);
    }

    /// @inheritdoc IInquiry
    function close(Claim calldata claim, SessionId session) external {
        ClaimId claimId = _idOf(claim);
        _requireSubject(session, ClaimId.unwrap(claimId));
        (uint40 answered, uint40 end) = _close(session);
        uint40 proofEnd = answered + proofTime;
        uint40 windowEnd = claimBook.stateOf(claimId).submittedAt + claim.window;
        uint40 until = end > proofEnd ? end : proofEnd;
        uint40 heldFor = until > windowEnd ? until - windowEnd : 0;
        _sessions[session].heldFor = heldFor;
        emit SessionClosed(session, proofEnd, heldFor);
        claimBook.release(claim, proofEnd);
        // Last: a fallen claim is refused by then, whose sessions may have been taken off the count already.
        --openSessionsAgainst[claim.operator];
    }

    /// @inheritdoc IInquiry
    function closeOnModel(SessionId session) external {
        (, address publisher) = _modelOf(session);
        _close(session);
        --openSessionsAgainst[publisher];
        emit SessionClosed(session, 0, 0);
        _settleDivided(session, publisher, 0);
    }

    /// @inheritdoc IInquiry
    function settle(Claim calldata claim, SessionId session) external {
        ClaimId claimId = _idOf(claim);
        _requireSubject(session, ClaimId.unwrap(claimId));
        IClaimBook.ClaimState memory state = claimBook.stateOf(claimId);
        if (state.phase == Phase.FINAL) {
            uint256 delayFee = _delayFee(claim.liability, _sessions[session].heldFor);
            _settleDivided(session, claim.operator, delayFee);
        } else if (state.phase == Phase.FAULTED) {
            // The claim fell with the sessions that were open then, and they end with it.
            Stage stage = _sessions[session].stage;
            if (stage != Stage.OPEN) _requireStage(session, Stage.CLOSED);
            if (!_discounted[claimId]) {
                _discounted[claimId] = true;
                openSessionsAgainst[claim.operator] -= state.openSessions;
            }
            _settleWhole(session, stage);
        } else {
            revert ClaimUndecided(claimId);
        }
    }

    /// @inheritdoc IInquiry
    function sessionOf(SessionId session) external view returns (Session memory) {
        return _sessions[session];
    }

    /// @inheritdoc IInquiry
    function sessionIdOf(bytes32 subject, address asker, uint64 nonce) public view returns (SessionId) {
        return toSessionId(block.chainid, address(this), subject, asker, nonce);
    }

    /// @inheritdoc IInquiry
    function statedTrace(ClaimId claimId, uint256 recordIndex) external view returns (bytes32) {
        return _statedTraces[claimId][recordIndex];
    }

    /// @inheritdoc IInquiry
    function depositFor(
        address answerer,
        uint96 liability,
        uint256 answerBytes,
        uint256 baseFee
    ) external view returns (uint256) {
        uint256 bond = _bondUp(baseBond, openSessionsAgainst[answerer]);
        return bond + _delayFee(liability, _longestHold()) + _mostPaid(answerBytes, 0, baseFee);
    }

    function _idOf(Claim calldata claim) private view returns (ClaimId) {
        return claim.claimId(block.chainid, address(claimBook));
    }

    function _read(
        Claim calldata claim,
        ClaimId claimId,
        bytes calldata question
    ) private view returns (Question memory) {
        return QuestionReader.readOfClaim(question, claim, claimId, address(modelRegistry), _statedTraces);
    }

    function _open(
        bytes32 subject,
        uint64 nonce,
        address answerer,
        uint96 liability,
        Question memory asked
    ) private returns (SessionId session) {
        session = sessionIdOf(subject, msg.sender, nonce);
        Session storage s = _sessions[session];
        if (s.stage != Stage.NONE) revert SessionExists(session);
        uint256 others = openSessionsAgainst[answerer];
        openSessionsAgainst[answerer] = others + 1;
        uint256 bond = _bondUp(baseBond, others);
        _requireCovered(msg.value, bond, liability, asked.answerBytes, s);
        _advance(session, Stage.NONE, Stage.OPEN);
        s.asker = msg.sender;
        s.subject = subject;
        // Part of the deposit, which fits as `_put` makes sure.
        s.bond = uint96(bond);
        emit SessionOpened(session, subject, msg.sender, answerer, uint96(bond));
        _put(session, asked, clock, clock);
    }

    function _ask(SessionId session, uint96 liability, Question memory asked) private {
        Session storage s = _sessions[session];
        if (msg.sender != s.asker) revert NotAsker(session, msg.sender, s.asker);
        if (s.rounds == MAX_ROUNDS) revert RoundsUsedUp(session, MAX_ROUNDS);
        uint40 answered = _answeredInTime(session);
        uint40 end = _askerEnd(s, answered);
        if (block.timestamp >= end) revert AskerClockOver(session, block.timestamp, end);
        _requireCovered(uint256(s.deposit) + msg.value, s.bond, liability, asked.answerBytes, s);
        // What is left of each turn that ended: of the answerer's with the answer, of the asker's now.
        uint40 answererLeft = s.askedAt + s.answererLeft - answered;
        _put(session, asked, _toppedUp(answererLeft), end - _now());
    }

    /// @dev Puts a question: the answerer's turn begins.
    function _put(SessionId session, Question memory asked, uint40 answererLeft, uint40 askerLeft) private {
        Session storage s = _sessions[session];
        s.rounds += 1;
        s.askedAt = _now();
        s.answererLeft = answererLeft;
        s.askerLeft = askerLeft;
        s.key = asked.key;
        s.baseFee = SafeCast.toUint64(block.basefee);
        s.deposit = SafeCast.toUint96(uint256(s.deposit) + msg.value);
        _totalHeld += uint128(msg.value);
        emit Asked(
            session,
            asked.key,
            asked.form,
            asked.levels,
            asked.subject,
            asked.place,
            _now() + answererLeft,
            s.deposit
        );
    }

    function _state(ClaimId claimId, uint256 count, TraceStatement calldata statement) private {
        uint256 index = statement.recordIndex;
        if (index >= count) revert RecordOutOfRange(index, count);
        if (statement.traceRoot == 0) revert TraceRootZero();
        bytes32 stated = _statedTraces[claimId][index];
        if (stated != 0) revert TraceAlreadyStated(claimId, index, stated);
        bytes32 key = questionKey(Form.Trace, 0, traceSubject(ClaimId.unwrap(claimId), index));
        SessionId session = statement.session;
        if (!session.isZero()) _serve(session, key, AnswerReader.TRACE_BYTES);
        _answered(key);
        _statedTraces[claimId][index] = statement.traceRoot;
        emit TraceStated(claimId, statement.recordIndex, statement.traceRoot, msg.sender);
    }

    /// @dev The sender answers what a session is asking, in time.
    /// @param length Bytes of data
    /// @return Wei owed for it
    function _serve(SessionId session, bytes32 key, uint256 length) private returns (uint96) {
        Session storage s = _sessions[session];
        _requireStage(session, Stage.OPEN);
        if (key != s.key) revert WrongAnswer(key, s.key);
        uint40 deadline = s.askedAt + s.answererLeft;
        if (block.timestamp >= deadline) revert AnswerTooLate(session, block.timestamp, deadline);
        return _owe(session, answerGas + answerByteGas * length);
    }

    /// @dev The only writer of `answeredAt`.
    function _answered(bytes32 key) private {
        uint40 answered = answeredAt[key];
        if (answered != 0) revert AlreadyAnswered(key, answered);
        answeredAt[key] = _now();
    }

    /// @dev Ends an answered session.
    /// @return answered Unix seconds of the last answer
    /// @return end Unix seconds: now, or when the asker's clock was over if that was earlier
    function _close(SessionId session) private returns (uint40 answered, uint40 end) {
        Session storage s = _sessions[session];
        answered = _answeredInTime(session);
        end = _askerEnd(s, answered);
        if (block.timestamp < end) {
            if (msg.sender != s.asker && s.rounds != MAX_ROUNDS) {
                revert AskerClockRunning(session, block.timestamp, end);
            }
            end = _now();
        }
        _advance(session, Stage.OPEN, Stage.CLOSED);
        _owe(session, closeGas);
    }

    /// @dev Owes the sender for gas, at the price of now. What the asker does for itself it is not owed: it stays in its
    /// deposit.
    /// @return amount Wei
    function _owe(SessionId session, uint256 gas) private returns (uint96 amount) {
        Session storage s = _sessions[session];
        if (msg.sender == s.asker) return 0;
        // A part of the deposit, as `_requireCovered` made sure: at most `_mostPaid`.
        amount = uint96(gas * _price(s.baseFee));
        s.owed += amount;
        uint256 count = s.payees;
        Payee[MAX_ROUNDS + 1] storage payees = _payees[session];
        if (count != 0 && payees[count - 1].account == msg.sender) {
            payees[count - 1].amount += amount;
        } else {
            payees[count] = Payee(msg.sender, amount);
            s.payees = uint8(count + 1);
        }
    }

    /// @dev The deposit returns whole.
    function _settleWhole(SessionId session, Stage from) private {
        _advance(session, from, Stage.SETTLED);
        Session storage s = _sessions[session];
        (address asker, uint96 deposit) = (s.asker, s.deposit);
        emit SessionSettled(session, asker, deposit, 0, 0, 0);
        _credit(session, asker, deposit);
    }

    /// @dev Pays everything out of the deposit, the rest returns.
    /// @param delayFee Wei, for `answerer`
    function _settleDivided(SessionId session, address answerer, uint256 delayFee) private {
        _advance(session, Stage.CLOSED, Stage.SETTLED);
        Session memory s = _sessions[session];
        uint256 paid = s.owed;
        uint256 forSettling = 0;
        if (msg.sender != s.asker) {
            forSettling = uint256(settleGas) * (1 + uint256(s.payees)) * _price(s.baseFee);
        }
        uint256 burned = Math.ceilDiv(s.bond, BURNED_PART);
        // Never underflows. At the last question `_requireCovered` found in the deposit: the bond, of which `burned` is a
        // quarter; delay for `_longestHold`, and no session holds a claim for longer; what was owed then; and `_mostPaid`,
        // at the highest price that `_price` gives for this base fee: one answer, since a key is answered once; one closing;
        // and settling with PAYEES_TO_COME more payees than there were then, since an answer and a closing add one each.
        uint256 refund = s.deposit - paid - forSettling - delayFee - burned;
        // All of them are parts of the deposit, a uint96.
        _burnableBonds += uint96(burned);
        emit SessionSettled(
            session,
            s.asker,
            uint96(refund),
            uint96(paid + forSettling),
            uint96(delayFee),
            uint96(burned)
        );
        for (uint256 i = 0; i < s.payees; ++i) {
            Payee memory payee = _payees[session][i];
            _credit(session, payee.account, payee.amount);
        }
        _credit(session, msg.sender, forSettling);
        _credit(session, answerer, delayFee);
        _credit(session, s.asker, refund);
    }

    /// @param amount Wei, part of a deposit
    function _credit(SessionId session, address account, uint256 amount) private {
        if (amount == 0) return;
        balanceOf[account] += amount;
        emit Credited(session, account, uint96(amount));
    }

    /// @dev The only writer of `stage`: every legal edge of the life of a session is a call to this.
    function _advance(SessionId session, Stage from, Stage to) private {
        _requireStage(session, from);
        _sessions[session].stage = to;
    }

    function _requireStage(SessionId session, Stage expected) private view {
        Stage actual = _sessions[session].stage;
        if (actual != expected) revert WrongStage(session, actual, expected);
    }

    function _requireSubject(SessionId session, bytes32 expected) private view {
        bytes32 actual = _sessions[session].subject;
        if (actual != expected) revert WrongSubject(session, actual, expected);
    }

    /// @dev The model that a session is about. No claim's id is the id of a published model.
    function _modelOf(SessionId session) private view returns (ModelId modelId, address publisher) {
        bytes32 subject = _sessions[session].subject;
        modelId = ModelId.wrap(subject);
        publisher = modelRegistry.modelOf(modelId).publisher;
        if (publisher == address(0)) revert WrongSubject(session, subject, 0);
    }

    /// @return answered Unix seconds at which the last question of an open session was answered
    function _answeredInTime(SessionId session) private view returns (uint40 answered) {
        _requireStage(session, Stage.OPEN);
        Session storage s = _sessions[session];
        answered = answeredAt[s.key];
        if (answered == 0) revert NotAnswered(session, s.key);
        // Nobody can be kept from asking by an answer that comes first: it is the asker's turn at once.
        if (answered < s.askedAt) answered = s.askedAt;
        uint40 deadline = s.askedAt + s.answererLeft;
        if (answered >= deadline) revert AnswerTooLate(session, answered, deadline);
    }

    /// @dev The last question of an open session was not answered in time, and never will be.
    function _requireSilence(SessionId session) private view returns (address) {
        _requireStage(session, Stage.OPEN);
        Session storage s = _sessions[session];
        uint40 deadline = s.askedAt + s.answererLeft;
        if (block.timestamp < deadline) revert AnswererClockRunning(session, block.timestamp, deadline);
        uint40 answered = answeredAt[s.key];
        if (answered != 0 && answered < deadline) revert AlreadyAnswered(s.key, answered);
        return s.asker;
    }

    /// @return Unix seconds until which the asker may ask on: its turn began with the answer
    function _askerEnd(Session storage s, uint40 answered) private view returns (uint40) {
        return answered + _toppedUp(s.askerLeft);
    }

    /// @return Seconds of a clock when its turn begins
    function _toppedUp(uint40 left) private view returns (uint40) {
        return left > clockExtension ? left : clockExtension;
    }

    /// @dev Reverts unless a deposit covers whatever the question that is being asked can lead to.
    function _requireCovered(
        uint256 deposit,
        uint256 bond,
        uint96 liability,
        uint256 answerBytes,
        Session storage s
    ) private view {
        uint256 least =
            bond +
                _delayFee(liability, _longestHold()) +
                s.owed +
                _mostPaid(answerBytes, s.payees, block.basefee);
        if (deposit < least) revert DepositTooSmall(deposit, least);
    }

    /// @return Wei for holding a claim, rounded down
    function _delayFee(uint96 liability, uint256 heldFor) private view returns (uint256) {
        return (uint256(delayRate) * liability * heldFor) / LIABILITY_UNIT;
    }

    /// @return Seconds past its window that a session can hold a claim: it opens within, its clocks end `longestSession`
    /// later at most, and no last answer is later than that
    function _longestHold() private view returns (uint256) {
        return longestSession + proofTime;
    }

    /// @return Wei that an answer, a closing and a settling cost at the highest price of a question asked now
    function _mostPaid(uint256 answerBytes, uint256 payees, uint256 baseFee) private view returns (uint256) {
        uint256 gas = answerGas + answerByteGas * answerBytes + closeGas;
        gas += settleGas * (1 + payees + PAYEES_TO_COME);
        return gas * MAX_FEE_RISE * baseFee;
    }

    /// @dev Fits until the year 36812.
    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }
}
