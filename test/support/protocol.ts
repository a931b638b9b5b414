import type { ContractTransactionResponse } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { treeOfItems, openPositions } from "../../src/trace/tree.js";
import { asAddress, type Address } from "../../src/types/address.js";
import { asBytes32, bytes32From, ZERO_HASH, type Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import type { Claim } from "../../src/claim/claim.js";
import { recordHash, type InferenceRecord } from "../../src/claim/record.js";
import type { ArtifactCommitment } from "../../src/model/artifact-id.js";

export const NOWHERE = "0x000000000000000000000000000000000000dEaD";

/** 1,000 wei make every percentage visible; seconds are short, distinct, and fulfil every inequality exactly. */
export const TEST_PARAMETERS = {
  minLiability: 1_000n,
  inclusionDelay: 4n,
  work: 6n,
  minWindow: 60n,
  clock: 30n,
  clockExtension: 5n,
  proofTime: 10n,
  exitDelay: 290n,
  keyNotice: 20n,
  baseBond: 1_600n,
  delayRate: 10n ** 15n,
  answerGas: 1_000n,
  answerByteGas: 10n,
  closeGas: 500n,
  settleGas: 300n,
  halfLife: 1_000n,
};

export type TestParameters = typeof TEST_PARAMETERS & { token: string; guardian: string };

export type TokenName = "WrappedEther" | "OddToken";

/**
 * A whole deployment in which `referee` and `workbench` are strangers under our control, and `inquiry` and `receiptCourt`
 * too unless the real ones are wanted.
 */
async function deployParts(
  connection: NetworkConnection<"generic">,
  {
    tokenName = "WrappedEther",
    parameters = {},
    inquiryName = "Stranger",
    courtName = "Stranger",
  }: {
    tokenName?: TokenName;
    parameters?: Partial<TestParameters>;
    /** The real one is at the address of `inquiry` too; `Inquiry__factory` knows its functions. */
    inquiryName?: "Stranger" | "Inquiry";
    /** The same of the court; `ReceiptCourt__factory` knows its functions. */
    courtName?: "Stranger" | "ReceiptCourt";
  } = {},
) {
  const { ethers } = connection;
  const [deployer, guardian, publisher, operator, otherOperator, signer, requester, challenger, stranger] =
    await ethers.getSigners();
  if (!deployer || !guardian || !publisher || !operator || !otherOperator || !signer)
    throw new Error("few signers");
  if (!requester || !challenger || !stranger) throw new Error("few signers");

  const token = await ethers.getContractAt(
    "OddToken",
    await (await ethers.deployContract(tokenName as string)).getAddress(),
  );
  const names = [
    "EmptyPart",
    "EmptyPart",
    "Stranger",
    "ModelRegistry",
    "OperatorRegistry",
    "ClaimBook",
    "Stranger",
    inquiryName,
    courtName,
    "Standing",
    "Lineage",
  ] as const;
  const initcodes: string[] = [];
  for (const name of names) initcodes.push((await ethers.getContractFactory(name as string)).bytecode);
  const given = {
    token: await token.getAddress(),
    guardian: guardian.address,
    ...TEST_PARAMETERS,
    ...parameters,
  };
  const hashes = initcodes.map((code) => ethers.keccak256(code));
  const onus = await ethers.deployContract("Onus", [given, hashes as never]);
  for (const [i, code] of initcodes.entries()) await onus.deploy(i, code);

  return {
    ethers,
    onus,
    token,
    initcodes,
    parameters: given,
    modelRegistry: await ethers.getContractAt("ModelRegistry", await onus.modelRegistry()),
    operatorRegistry: await ethers.getContractAt("OperatorRegistry", await onus.operatorRegistry()),
    claimBook: await ethers.getContractAt("ClaimBook", await onus.claimBook()),
    referee: await ethers.getContractAt("Stranger", await onus.referee()),
    workbench: await ethers.getContractAt("Stranger", await onus.workbench()),
    inquiry: await ethers.getContractAt("Stranger", await onus.inquiry()),
    receiptCourt: await ethers.getContractAt("Stranger", await onus.receiptCourt()),
    standing: await ethers.getContractAt("Standing", await onus.standing()),
    lineage: await ethers.getContractAt("Lineage", await onus.lineage()),
    actors: {
      deployer,
      guardian,
      publisher,
      operator,
      otherOperator,
      signer,
      requester,
      challenger,
      stranger,
    },
  };
}

export type Protocol = Awaited<ReturnType<typeof deployParts>>;

export async function deployProtocol(...args: Parameters<typeof deployParts>): Promise<Protocol> {
  return deployParts(...args);
}

export function bytes32(seed: number): Bytes32 {
  return asBytes32(`0x${seed.toString(16).padStart(64, "0")}`);
}

export const ARTIFACT: ArtifactCommitment = {
  kernelCount: 3,
  weightCount: 2,
  inputCount: 1,
  outputCount: 1,
  programRoot: bytes32(0xa1),
  tableRoot: bytes32(0xa2),
  weightsRoot: bytes32(0xa3),
  interfaceHash: bytes32(0xa4),
};

/** Publishes an artifact and returns its model id. */
export async function publish(protocol: Protocol, artifact: ArtifactCommitment = ARTIFACT): Promise<Bytes32> {
  const { modelRegistry, actors } = protocol;
  const registry = modelRegistry.connect(actors.publisher);
  const id = await registry.publish.staticCall(artifact, ZERO_HASH, "file:model.onus");
  await registry.publish(artifact, ZERO_HASH, "file:model.onus");
  return asBytes32(id);
}

export type Account = Protocol["actors"]["operator"];

/** Gives tokens to an account and lets both registries take them. */
export async function fund(protocol: Protocol, account: Account, amount: bigint): Promise<void> {
  const { ethers, token, operatorRegistry, modelRegistry } = protocol;
  const address = await token.getAddress();
  if ((await token.symbol()) === "WETH") {
    await (await ethers.getContractAt("WrappedEther", address, account)).deposit({ value: amount });
  } else {
    await (await ethers.getContractAt("OddToken", address)).mint(account.address, amount);
  }
  await token.connect(account).approve(await operatorRegistry.getAddress(), 2n ** 255n);
  await token.connect(account).approve(await modelRegistry.getAddress(), 2n ** 255n);
}

/** Registers an operator with stake. */
export async function stake(protocol: Protocol, account: Account, amount: bigint): Promise<void> {
  await fund(protocol, account, amount);
  const registry = protocol.operatorRegistry.connect(account);
  await registry.register("https://operator.example");
  await registry.deposit(account.address, amount);
}

export async function consentOf(
  protocol: Pick<Protocol, "ethers" | "operatorRegistry">,
  signer: Account,
  operator: string,
): Promise<string> {
  const domain = {
    name: "Onus OperatorRegistry",
    version: "1",
    chainId: (await protocol.ethers.provider.getNetwork()).chainId,
    verifyingContract: await protocol.operatorRegistry.getAddress(),
  };
  return signer.signTypedData(
    domain,
    { SignerConsent: [{ name: "operator", type: "address" }] },
    { operator },
  );
}

export function makeRecord(requester: string, overrides: Partial<InferenceRecord> = {}): InferenceRecord {
  return {
    requester: asAddress(requester) as Address,
    salt: bytes32(1),
    inputRoot: bytes32(2),
    outputRoot: bytes32(3),
    traceRoot: bytes32(4),
    parentsRoot: ZERO_HASH,
    parentsCount: 0,
    ...overrides,
  };
}

export interface RecordList {
  readonly records: readonly InferenceRecord[];
  readonly root: Bytes32;
  /** Siblings of a record from level 0 up. */
  readonly proofOf: (index: number) => string[];
}

/** Records that differ in their salt, as one list. */
export function makeRecords(requester: string, n: number): RecordList {
  const records = Array.from({ length: n }, (_, i) => makeRecord(requester, { salt: bytes32(i + 1) }));
  const items = Buffer.concat(records.map((record) => Buffer.from(recordHash(record).slice(2), "hex")));
  const tree = treeOfItems(items);
  const proofOf = (index: number): string[] => {
    const stream = Buffer.from(openPositions(tree, [index])).toString("hex");
    return stream.match(/.{64}/g)?.map((node) => `0x${node}`) ?? [];
  };
  return { records, root: bytes32From(tree.root), proofOf };
}

export function makeClaim(operator: string, modelId: Bytes32, overrides: Partial<Claim> = {}): Claim {
  return {
    operator: asAddress(operator),
    modelId,
    nonce: 0n,
    recordsRoot: bytes32(5),
    n: 1,
    liability: asWei(1_000n),
    window: asSeconds(60n),
    ...overrides,
  };
}

export type OpenClaim = Protocol & {
  readonly claim: Claim;
  readonly id: Bytes32;
  readonly records: readonly InferenceRecord[];
  readonly proofOf: RecordList["proofOf"];
  /** Unix seconds. */
  readonly submittedAt: bigint;
};

/** An operator with 10,000 wei of stake and one open claim over `n` (1) records of the requester. */
export async function oneOpenClaim(protocol: Protocol, overrides: Partial<Claim> = {}): Promise<OpenClaim> {
  const { actors, claimBook } = protocol;
  const modelId = await publish(protocol);
  await stake(protocol, actors.operator, 10_000n);
  const { records, root, proofOf } = makeRecords(actors.requester.address, overrides.n ?? 1);
  const claim = makeClaim(actors.operator.address, modelId, { recordsRoot: root, ...overrides });
  const id = asBytes32(await claimBook.idOf(claim));
  const submitted = await claimBook.connect(actors.operator).submit(claim);
  const submittedAt = BigInt((await submitted.getBlock())!.timestamp);
  return { ...protocol, claim, id, records, proofOf, submittedAt };
}

/** Fault kinds as numbers, in the order of contracts/types/Fault.sol. */
export const FAULT = { None: 0, Element: 1, OutputRoot: 2, Padding: 3, AbsentNode: 4, Silence: 5 } as const;
export const RECEIPT_FAULT = { None: 0, Equivocation: 1, NonInclusion: 2 } as const;
export const PHASE = { NONE: 0, OPEN: 1, CONTESTED: 2, FINAL: 3, FAULTED: 4 } as const;

/** Has an accuser convict a claim. */
export async function convict(
  protocol: Protocol,
  claim: Claim,
  beneficiary: string,
): Promise<ContractTransactionResponse> {
  const { referee, claimBook } = protocol;
  const words = claimBook.interface.encodeFunctionData("fault", [claim, FAULT.Element, beneficiary]);
  return referee.relay(await claimBook.getAddress(), words);
}
