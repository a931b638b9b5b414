import { readdirSync } from "node:fs";

import { expect } from "chai";
import { artifacts } from "hardhat";

/**
 * Every function that writes, of every contract that is deployed, with who may call it. Reviewed: none of them changes a
 * rule, an address or a parameter, and none lets a privileged account move stake or decide a claim.
 */
const REVIEWED: Record<string, Record<string, string>> = {
  Onus: { deploy: "anyone; only the code fixed at construction" },
  ModelRegistry: {
    burnBonds: "anyone",
    depositBond: "anyone",
    publish: "anyone",
    pullBondShare: "anyone, for the asker",
    retire: "publisher",
    slashBond: "Inquiry",
    withdrawBond: "publisher",
  },
  OperatorRegistry: {
    addSigner: "operator, with the signer's consent",
    burn: "anyone",
    burnReceipt: "anyone",
    cancelExit: "operator",
    deposit: "anyone",
    lock: "ClaimBook",
    pullBeneficiaryShare: "anyone, for the beneficiary",
    pullReceiptShare: "anyone, for the requester",
    pullShare: "anyone, for the requester",
    register: "anyone",
    requestExit: "operator",
    revokeSigner: "operator",
    setEndpoint: "operator; an event alone",
    slash: "ClaimBook",
    slashUnlocked: "ClaimBook",
    unlock: "ClaimBook",
    withdraw: "operator",
  },
  Referee: { convict: "anyone" },
  Evaluator: {},
  Inquiry: {
    answer: "anyone; the data proves itself",
    ask: "the session's asker",
    askOnModel: "the session's asker",
    burn: "anyone",
    close: "the asker; anyone once its clock or its rounds are over",
    closeOnModel: "the asker; anyone once its clock or its rounds are over",
    open: "anyone",
    openOnModel: "anyone",
    settle: "anyone",
    stateTraces: "operator and its signers",
    timeOut: "anyone",
    timeOutOnModel: "anyone",
    withdraw: "anyone, its own balance",
  },
  ReceiptCourt: {
    answer: "anyone; the claim proves itself",
    burn: "anyone",
    complain: "anyone",
    present: "anyone; the signature proves itself",
    proveEquivocation: "anyone; the signatures prove it",
    timeOut: "anyone",
    withdraw: "anyone, its own balance",
  },
  Reductions: {},
  Transcendental: {},
  Standing: { note: "anyone; reads the claim book" },
  Lineage: {
    bindEdge: "anyone; the openings prove it",
    pushTaint: "anyone; reads the claim book",
    showForeignParent: "anyone; the opening proves it, and nothing follows from it",
    stateEdge: "anyone; the opening proves it",
  },
  Workbench: { advance: "anyone", finish: "anyone", open: "anyone" },
  ClaimBook: {
    contest: "Inquiry",
    fault: "Referee, Workbench, Inquiry",
    finalize: "anyone",
    pause: "guardian; new claims alone",
    penalize: "ReceiptCourt",
    release: "Inquiry",
    resume: "guardian; new claims alone",
    submit: "operator and its signers",
  },
};

/** Functions that take native currency: bonds, and nothing else. */
const PAYABLE: Record<string, readonly string[]> = {
  Inquiry: ["ask", "askOnModel", "open", "openOnModel"],
  ReceiptCourt: ["complain"],
};

describe("every contract", () => {
  const deployed = readdirSync(new URL("../../contracts", import.meta.url))
    .filter((file) => file.endsWith(".sol"))
    .map((file) => file.replace(/\.sol$/, ""));

  for (const name of deployed) {
    it(`${name} has no writing function beside the reviewed ones`, async () => {
      const { abi } = await artifacts.readArtifact(name);
      const writing = abi
        .filter((entry: { type: string; stateMutability?: string }) => entry.type === "function")
        .filter(
          (entry: { stateMutability?: string }) => !["view", "pure"].includes(entry.stateMutability ?? ""),
        )
        .map((entry: { name?: string }) => entry.name ?? "");
      expect(writing.sort()).to.deep.equal(Object.keys(REVIEWED[name] ?? { missing: "a review" }).sort());
    });

    it(`${name} takes no ether but bonds`, async () => {
      const { abi } = await artifacts.readArtifact(name);
      // A `receive` function is always payable; a fallback that is not refuses ether by itself.
      const payable = abi
        .filter((entry: { stateMutability?: string }) => entry.stateMutability === "payable")
        .map((entry: { type: string; name?: string }) => entry.name ?? entry.type);
      expect(payable.sort()).to.deep.equal(PAYABLE[name] ?? []);
    });

    it(`${name} neither delegates nor destroys itself`, async () => {
      const { deployedBytecode } = await artifacts.readArtifact(name);
      expect(opcodesOf(deployedBytecode)).to.not.include.members([0xf4]);
      expect(opcodesOf(deployedBytecode)).to.not.include.members([0xff]);
    });
  }
});

/** Opcodes of runtime code; the data of PUSH instructions is skipped, the metadata at its end is not code. */
function opcodesOf(bytecode: string): number[] {
  const code = Buffer.from(bytecode.slice(2), "hex");
  const end = code.length - 2 - code.readUInt16BE(code.length - 2);
  const opcodes = new Set<number>();
  for (let i = 0; i < end; i++) {
    const opcode = code[i]!;
    opcodes.add(opcode);
    if (opcode >= 0x60 && opcode <= 0x7f) i += opcode - 0x5f;
  }
  return [...opcodes];
}
