import { expect } from "chai";
import { hexlify, recoverAddress, Signature, toBeHex } from "ethers";
import type { Wallet } from "ethers";

import { seededChain } from "../../../scripts/support/seeded-chain.js";
import type { Bundle } from "../../../src/audit/bundle.js";
import { readStatement } from "../../../src/audit/read-statement.js";
import { kindOf, verifyBundle } from "../../../src/audit/verify-bundle.js";
import { bundleTools } from "../../../src/chain/bundle-tools.js";
import { encodeEvent } from "../../../src/chain/decode-event.js";
import { proveReceipts, proveTransaction } from "../../../src/chain/read-evidence.js";
import { receiptHash } from "../../../src/claim/receipt.js";
import type { Receipt } from "../../../src/claim/receipt.js";
import { summaryOf } from "../../../src/cli/report-bundle.js";
import { isOnusError } from "../../../src/errors/onus-error.js";
import { decodeBundle, encodeBundle } from "../../../src/store/bundle-file.js";
import { asAddress, parseAddress, ZERO_ADDRESS } from "../../../src/types/address.js";
import { ZERO_HASH } from "../../../src/types/bytes32.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { changedLeaf, leavesOf } from "../../support/change-leaf.js";
import { auditScene, INPUT, OPERATOR, SIGNER, STRANGER } from "../../support/audit-scene.js";
import type { AuditScene } from "../../support/audit-scene.js";

/** A bundle that anything may be written into. */
type Loose = ReturnType<typeof JSON.parse>;
type Change = (draft: Loose) => void;

/** The bundle with its evidence changed and its statement made again from that: all that a forger can do to a file. */
function forged(bundle: Bundle, change: Change): Bundle {
  const draft = structuredClone(bundle) as Loose;
  change(draft);
  const statement = readStatement(draft, draft.statement.deployment, bundleTools);
  return { ...draft, subject: { ...draft.subject, kind: kindOf(draft) }, statement };
}

/** The fields that a refusal names; none where the forgery is taken. */
function refusal(make: () => Bundle): readonly string[] {
  try {
    verifyBundle(decodeBundle(encodeBundle(make())), bundleTools);
    return [];
  } catch (error) {
    if (isOnusError(error, "BUNDLE_REFUSED")) return error.context.fields;
    if (isOnusError(error, "BUNDLE_MALFORMED")) return [error.context.field];
    if (isOnusError(error, "BUNDLE_VERSION")) return ["format"];
    throw error;
  }
}

describe("audit: what collecting asks of a node", () => {
  it("is two questions a block with events, one a block between, and one for the block of a conviction", async () => {
    const scene = await auditScene();
    await scene.happen({ events: [] });
    await convict(scene);
    const asked = new Map<string, number>();
    const { send } = scene.chain.node;
    Object.assign(scene.chain.node, {
      send: (method: string, parameters: readonly unknown[]) => {
        asked.set(method, (asked.get(method) ?? 0) + 1);
        return send(method, parameters);
      },
    });
    const { evidence } = await scene.bundle();
    expect(evidence.receipts).to.have.length(5);
    expect(evidence.headers).to.have.length(6);
    expect(Object.fromEntries(asked)).to.deep.equal({
      ...{ eth_getBlockByNumber: 6, eth_getBlockReceipts: 5, eth_getBlockByHash: 1 },
      // The seeded chain does not tell transactions as JSON: then each of the block is one question.
      eth_getRawTransactionByBlockHashAndIndex: 1,
    });
  });
});

describe("audit: forged evidence", function () {
  this.timeout(60_000);

  it("receipts out of the order of the chain are refused: an old endpoint would pass for the newest", async () => {
    const scene = await auditScene();
    await scene.emit("operatorRegistry", "EndpointChanged", OPERATOR.address, "https://old.example");
    await scene.emit("operatorRegistry", "EndpointChanged", OPERATOR.address, "https://new.example");
    const bundle = await scene.bundle();
    expect(bundle.statement.operator.endpoint).to.equal("https://new.example");
    const fields = refusal(() => forged(bundle, ({ evidence }) => evidence.receipts.reverse()));
    expect(fields).to.deep.equal(["evidence.receipts.1"]);
  });

  it("parts are not denied: what no event shows is not shown", async () => {
    const scene = await auditScene();
    const bundle = await scene.bundle();
    for (const part of ["workbench", "inquiry", "receiptCourt", "standing", "lineage"] as const) {
      const fields = refusal(() => {
        const draft = structuredClone(bundle) as Loose;
        draft.statement.deployment[part] = ZERO_ADDRESS;
        return draft;
      });
      expect(fields, part).to.deep.equal([`statement.deployment.${part}`]);
    }
  });

  it("nodes within a list are no outputs: as many are taken as the model has", async () => {
    const scene = await auditScene();
    const bundle = await scene.bundle({ recordIndex: 0 });
    const { outputRoot } = bundle.evidence.record!.record;
    const fields = refusal(() =>
      forged(bundle, (draft) => {
        draft.evidence.outputs = [outputRoot];
        draft.subject.tensorRoot = outputRoot;
      }),
    );
    expect(fields).to.deep.equal(["evidence.outputs"]);
  });

  it("an event counts where its contract emitted it, and for the claim that it names", async () => {
    const scene = await auditScene();
    const { chain, id, claim } = scene;
    const fall = { part: "claimBook", name: "ClaimFaulted" } as const;
    const args = [id, OPERATOR.address, 1, STRANGER.address, claim.liability];
    const other = seededChain(parseAddress(`0x${"0bad".repeat(10)}`)).deployment;
    const ofAnother = encodeEvent(other, { ...fall, args });
    const copied = {
      ...encodeEvent(chain.deployment, { ...fall, args }),
      address: asAddress(STRANGER.address),
    };
    const elsewhere = { ...fall, args: [`0x${"99".repeat(32)}`, ...args.slice(1)] };
    const endpoint = { part: "operatorRegistry", name: "EndpointChanged" } as const;
    await scene.happen({
      events: [{ ...endpoint, args: [OPERATOR.address, "https://new.example"] }, elsewhere],
      logs: [ofAnother, copied, { ...copied, address: chain.deployment.lineage }],
    });
    const bundle = await scene.bundle();
    expect(bundle.statement.verdict).to.deep.equal({ phase: null, decidedAt: null });
    expect(bundle.statement.operator.endpoint).to.equal("https://new.example");
    expect(refusal(() => bundle)).to.deep.equal([]);
  });

  it("a receipt without an event of the deployment is refused: of a transaction that failed, of another deployment", async () => {
    const scene = await auditScene();
    const other = seededChain(parseAddress(`0x${"0bad".repeat(10)}`)).deployment;
    await scene.happen({ events: [] });
    const name = "OperatorJailed";
    await scene.happen({
      events: [],
      logs: [encodeEvent(other, { part: "operatorRegistry", name, args: [OPERATOR.address] })],
    });
    await scene.emit("operatorRegistry", name, OPERATOR.address);
    const bundle = await scene.bundle();
    for (const back of [2, 1]) {
      const block = bundle.trust.block.number - back;
      const [stray] = await proveReceipts(scene.chain.node, block, [await onlyTransaction(scene, block)]);
      const fields = refusal(() => forged(bundle, ({ evidence }) => evidence.receipts.splice(-1, 0, stray)));
      expect(fields).to.include(`evidence.receipts.${bundle.evidence.receipts.length - 1}`);
    }
  });

  it("a transaction that did not convict is refused, and the one that did counts once", async () => {
    const scene = await auditScene();
    await convict(scene);
    await scene.happen({ to: asAddress(STRANGER.address), data: "0xdead", events: [] });
    await scene.emit("operatorRegistry", "EndpointChanged", OPERATOR.address, "https://late.example");
    const bundle = await scene.bundle();
    expect(bundle.statement.fault?.calls).to.equal(scene.chain.deployment.referee);
    const block = bundle.trust.block.number - 1;
    const stray = await proveTransaction(scene.chain.node, block, await onlyTransaction(scene, block));
    const with_ = (change: Change) => refusal(() => forged(bundle, change));
    expect(with_(({ evidence }) => evidence.transactions.splice(0, 1, stray))).to.deep.equal([
      "evidence.transactions.0",
    ]);
    expect(with_(({ evidence }) => evidence.transactions.push(evidence.transactions[0]))).to.deep.equal([
      "evidence.transactions.1",
    ]);
    const asReceipt = with_(({ evidence }) => (evidence.receipts[4].proof = evidence.transactions[0].proof));
    expect(asReceipt).to.include("evidence.receipts.4.proof.0");
  });

  it("a proof with a node too many, too few, or of nothing is refused", async () => {
    const scene = await auditScene();
    const bundle = await scene.bundle();
    const with_ = (change: Change) => refusal(() => forged(bundle, change));
    const place = "evidence.receipts.0";
    expect(
      with_(({ evidence }) => evidence.receipts[0].proof.push(evidence.receipts[0].proof[0])),
    ).to.deep.equal([`${place}.proof.1`, `${place}.index`]);
    expect(with_(({ evidence }) => (evidence.receipts[0].proof = []))).to.deep.equal([`${place}.index`]);
    expect(with_(({ evidence }) => (evidence.receipts[0].index = 7))).to.deep.equal([`${place}.index`]);
    expect(with_(({ evidence }) => (evidence.receipts[0].index = 2 ** 53))).to.deep.equal([`${place}.index`]);
  });

  it("a verdict, a revocation or a taint that is kept back is not shown, and nothing says that it is not there", async () => {
    const scene = await auditScene();
    const { id } = scene;
    await scene.emit("operatorRegistry", "SignerRevoked", OPERATOR.address, SIGNER.address, 1_800_000_060);
    await scene.emit("lineage", "TaintPushed", id, id, id, 1, 0, 2, 1);
    await convict(scene);
    const about = { recordIndex: 1, receipt: await scene.receiptBy(SIGNER) };
    const whole = await scene.bundle(about);
    expect(whole.statement.key?.revokedAt).to.equal(1_800_000_060);
    expect(summaryOf(whole)).to.contain("revoked").and.contain("FAULTED").and.contain("TAINTED");
    const kept = /Signer(Revoked)|TaintPushed|ClaimFaulted|PenaltyBooked|OperatorJailed/;
    const bare = await scene.bundle(about, ({ name }) => !kept.test(name));
    expect(refusal(() => bare)).to.deep.equal([]);
    expect(bare.statement.key?.revokedAt).to.equal(null);
    const told = summaryOf(bare);
    expect(told).to.contain("its revocation is not shown").and.contain("none shown");
    expect(told).to.contain("NOT_PUSHED: none is shown");
    expect(told).to.not.match(/\bvalid\b|\bclean\b/);
  });

  it("a receipt that a stranger signed binds nobody, and says so", async () => {
    const scene = await auditScene();
    const of = async (key: Wallet) => {
      const bundle = await scene.bundle({ recordIndex: 0, receipt: await scene.receiptBy(key) });
      expect(refusal(() => bundle)).to.deep.equal([]);
      return { key: bundle.statement.receipt?.key, told: summaryOf(bundle) };
    };
    const [stranger, signer, owner] = [await of(STRANGER), await of(SIGNER), await of(OPERATOR)];
    expect(stranger.key).to.deep.equal({ kind: null, activeFrom: null, revokedAt: null });
    expect(stranger.told).to.contain("not shown to be a key of the operator: it binds nobody");
    expect(signer.key?.kind).to.equal("signer");
    expect(signer.told).to.contain("before the key counted");
    expect(owner.key?.kind).to.equal("owner");
  });

  it("a receipt is broken by no claim: one with other terms does not keep it, late or without the record is not shown", async () => {
    const scene = await auditScene();
    const now = BigInt(scene.chain.now());
    const kept = async (change: Partial<Receipt>, recordIndex = 0) =>
      (await scene.bundle({ recordIndex, receipt: await scene.receiptBy(OPERATOR, change) })).statement
        .receipt?.isKept;
    expect(await kept({})).to.equal(true);
    expect(await kept({}, 1)).to.equal(null);
    expect(await kept({ inclusionDeadline: asSeconds(now) })).to.equal(null);
    expect(await kept({ inclusionDeadline: asSeconds(now + 1n) })).to.equal(true);
    expect(await kept({ liabilityWei: asWei(scene.claim.liability + 1n) })).to.equal(false);
    expect(await kept({ maxRecords: 2 })).to.equal(false);
  });

  it("an output is one of a record that was opened", async () => {
    const scene = await auditScene();
    const bundle = await scene.bundle();
    const fields = refusal(() =>
      forged(bundle, ({ subject }) => (subject.tensorRoot = `0x${"66".repeat(32)}`)),
    );
    expect(fields).to.deep.equal(["subject.tensorRoot"]);
  });

  it("a receipt without a claim: whose promise it is, and what the court said, with its file and without", async () => {
    const scene = await auditScene();
    const signed = await scene.receiptBy(SIGNER);
    const court = { chainId: BigInt(scene.chain.deployment.chainId), contract: signed.court.contract };
    const hash = receiptHash(signed.receipt, court);
    const alone = await scene.bundleOfReceipt({ receipt: signed });
    expect(refusal(() => alone)).to.deep.equal([]);
    expect(alone.subject).to.include({ kind: "receipt", claimId: null, receiptHash: hash });
    expect(alone.statement).to.include({ claim: null, key: null, record: null });
    expect(alone.statement.receipt).to.deep.include({ isKept: null, shares: null });
    expect(summaryOf(alone)).to.contain("not shown to be kept by a claim");

    const { operator } = signed.receipt;
    const given = { ...signed.receipt, record: Object.values(signed.receipt.record) };
    const args = [hash, operator, SIGNER.address, Object.values(given)];
    const bond = [STRANGER.address, scene.chain.now() + 90, 1n, 2n, Object.values(given)];
    await scene.emit("receiptCourt", "ReceiptPresented", ...args);
    await scene.emit("receiptCourt", "Complained", hash, operator, ...bond);
    const paid = [STRANGER.address, STRANGER.address, 10n ** 15n];
    await scene.happen({
      events: [
        { part: "operatorRegistry", name: "PenaltyBooked", args: [hash, operator, paid[0], paid[2]] },
        { part: "claimBook", name: "ReceiptFaulted", args: [hash, operator, 2, ...paid] },
      ],
    });
    const judged = await scene.bundleOfReceipt({ receiptHash: hash });
    expect(refusal(() => judged)).to.deep.equal([]);
    expect(judged.evidence.receipt).to.equal(null);
    expect(judged.statement.receipt).to.deep.include({ hash, signer: asAddress(SIGNER.address) });
    expect(judged.statement.receipt?.court.fault).to.equal("NonInclusion");
    expect(judged.statement.receipt?.shares?.penalty).to.equal(String(10n ** 15n));
    expect(summaryOf(judged)).to.contain("BROKEN by NonInclusion");
    for (const bundle of [alone, judged]) {
      const json = JSON.parse(encodeBundle(bundle)) as object;
      const unseen = leavesOf(json).filter((leaf, salt) => {
        const named = refusal(() => changedLeaf(json, leaf, salt) as Bundle);
        return !named.some((field) => leaf === field || leaf.startsWith(`${field}.`));
      });
      expect(unseen).to.deep.equal([]);
    }
    // Of another's receipt nothing of this counts.
    const other = await scene.receiptBy(OPERATOR, { maxRecords: 7 });
    const bundle = await scene.bundleOfReceipt({ receipt: other });
    expect(bundle.statement.receipt?.court.fault).to.equal(null);
    expect(bundle.statement.receipt?.shares).to.equal(null);
    for (const change of [
      (draft: Loose) => (draft.subject.receiptHash = `0x${"66".repeat(32)}`),
      (draft: Loose) => (draft.subject.receiptHash = null),
      (draft: Loose) => (draft.subject.claimId = scene.id),
      (draft: Loose) => (draft.subject.recordIndex = 0),
      (draft: Loose) => (draft.trust.chainId = 1),
    ])
      expect(refusal(() => forged(judged, change))).to.not.deep.equal([]);
  });

  it("a signature with s in the upper half is no signature", async () => {
    const scene = await auditScene();
    const receipt = await scene.receiptBy(OPERATOR);
    const bundle = await scene.bundle({ recordIndex: 0, receipt });
    const { r, s, v } = Signature.from(receipt.signature);
    const high = toBeHex(N - BigInt(s), 32).slice(2);
    const signature = `${r}${high}${v === 27 ? "1c" : "1b"}`;
    expect(recoverAddress(receiptHash(receipt.receipt, receipt.court), { r, s, v })).to.equal(receipt.signer);
    const fields = refusal(() => forged(bundle, ({ evidence }) => (evidence.receipt.signature = signature)));
    expect(fields).to.deep.equal(["evidence.receipt"]);
  });

  it("a record opens at its index with a path as deep as the list, and with its own lists", async () => {
    const scene = await auditScene();
    const bundle = await scene.bundle({ recordIndex: 1 });
    const { siblings } = bundle.evidence.record!;
    const with_ = (change: Change) => refusal(() => forged(bundle, change));
    for (const path of [siblings.slice(1), [...siblings, siblings[0]], [...siblings].reverse()])
      expect(with_(({ evidence }) => (evidence.record.siblings = path))).to.not.deep.equal([]);
    // The fourth place of a list of three is absent, and three is no index of it.
    for (const index of [0, 3, 5])
      expect(
        with_((draft) => (draft.evidence.record.index = draft.subject.recordIndex = index)),
      ).to.not.deep.equal([]);
    const two = scene.outputs;
    for (const outputs of [[], [two[0]], [two[1], two[0]], [...two, ZERO_HASH]])
      expect(with_(({ evidence }) => (evidence.outputs = outputs))).to.deep.equal(["evidence.outputs"]);
    for (const inputs of [[], ["0x"], [hexlify(INPUT), hexlify(INPUT)], [hexlify(INPUT.subarray(1))]])
      expect(with_(({ evidence }) => (evidence.inputs = inputs))[0]).to.match(/^evidence.inputs/);
    expect(with_(({ evidence }) => (evidence.inputs = [hexlify(INPUT)]))).to.deep.equal([]);
  });
});

/** Order of secp256k1. */
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function convict({ happen, id, claim, chain }: AuditScene): Promise<void> {
  const [operator, beneficiary] = [OPERATOR.address, STRANGER.address];
  await happen({
    to: chain.deployment.referee,
    data: "0xc0ffee",
    events: [
      { part: "operatorRegistry", name: "OperatorJailed", args: [operator] },
      { part: "operatorRegistry", name: "PenaltyBooked", args: [id, operator, beneficiary, claim.liability] },
      { part: "claimBook", name: "ClaimFaulted", args: [id, operator, 1, beneficiary, claim.liability] },
    ],
  });
}

async function onlyTransaction({ chain }: AuditScene, block: number): Promise<string> {
  const found = (await chain.node.send("eth_getBlockReceipts", [block])) as { transactionHash: string }[];
  return found[0]!.transactionHash;
}
