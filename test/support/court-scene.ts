import type { NetworkConnection } from "hardhat/types/network";

import type { Claim } from "../../src/claim/claim.js";
import { receiptHash, receiptTypedData } from "../../src/claim/receipt.js";
import type { Receipt } from "../../src/claim/receipt.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { asAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import type { Place } from "../../src/types/place.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { ReceiptCourt__factory } from "../../typechain-types/index.js";
import { consentOf, deployProtocol, makeClaim, makeRecords, publish, stake } from "./protocol.js";
import type { Account, Protocol, RecordList, TestParameters } from "./protocol.js";

/** Stages of a receipt as numbers, in the order of contracts/interfaces/IReceiptCourt.sol. */
export const STAGE = { NONE: 0, PRESENTED: 1, COMPLAINED: 2, ANSWERED: 3, BROKEN: 4 } as const;

/** Wei of stake token with which the operator of a scene begins. */
export const STAKE = 10_000n;

/** More than any complaint of a scene needs. */
export const PLENTY = 10n ** 16n;

/** As the contract takes it. */
export type Presented = { receipt: Receipt; signer: string; signature: string };

/** A deployment with its real court; an operator with stake and a signer key, whose receipts are about `records`. */
export async function courtScene(
  connection: NetworkConnection<"generic">,
  { parameters = {}, n = 3 }: { parameters?: Partial<TestParameters>; n?: number } = {},
) {
  const protocol = await deployProtocol(connection, { courtName: "ReceiptCourt", parameters });
  const { ethers, actors, onus, operatorRegistry, claimBook } = protocol;
  const { operator, otherOperator, signer, challenger, requester } = actors;
  const modelId = await publish(protocol);
  await stake(protocol, operator, STAKE);
  await stake(protocol, otherOperator, STAKE);
  await operatorRegistry
    .connect(operator)
    .addSigner(signer.address, await consentOf(protocol, signer, operator.address));

  const court = ReceiptCourt__factory.connect(await onus.receiptCourt(), operator);
  const { chainId } = await ethers.provider.getNetwork();
  const place: Place = { chainId, contract: asAddress(await court.getAddress()) };
  const list = makeRecords(requester.address, n);
  /** When the receipts of a scene are issued: the second of its last block. */
  const issuedAt = BigInt((await ethers.provider.getBlock("latest"))!.timestamp);

  const receiptOf = (record: InferenceRecord, overrides: Partial<Receipt> = {}): Receipt => ({
    operator: asAddress(operator.address),
    modelId,
    record,
    issuedAt: asSeconds(issuedAt),
    inclusionDeadline: asSeconds(issuedAt + 40n),
    liabilityWei: asWei(1_000n),
    maxRecords: 8,
    ...overrides,
  });
  const receipt = receiptOf(list.records[0]!);
  return {
    ...protocol,
    court,
    place,
    list,
    issuedAt,
    modelId,
    receiptOf,
    receipt,
    hash: receiptHash(receipt, place),
    sign: (given: Receipt, by: Account = signer, at: Place = place) => signAs(given, { by, place: at }),
    /** A claim over the scene's records that keeps the promise of `receipt`. */
    claim: makeClaim(operator.address, modelId, { recordsRoot: list.root, n }),
    submit: (claim: Claim) => claimBook.connect(operator).submit(claim),
    complain: async (given: Presented, by: Account = challenger, value: bigint = PLENTY) =>
      court.connect(by).complain(given, { value }),
    answer: (
      answered: Receipt,
      claim: Claim,
      { by = operator, index = 0, proof = list.proofOf(index) }: AnswerOptions = {},
    ) => court.connect(by).answer(answered, claim, index, proof),
  };
}

type AnswerOptions = { by?: Account; index?: number; proof?: ReturnType<RecordList["proofOf"]> };

export type CourtScene = Awaited<ReturnType<typeof courtScene>>;

export async function signAs(
  receipt: Receipt,
  { by, place }: { by: Account; place: Place },
): Promise<Presented> {
  const { domain, types } = receiptTypedData(place);
  return {
    receipt,
    signer: by.address,
    signature: await by.signTypedData(domain, types, receipt),
  };
}

/** A receipt that was presented before needs no signature any more. */
export const unsigned = (receipt: Receipt): Presented => ({
  receipt,
  signer: asAddress(`0x${"00".repeat(20)}`),
  signature: "0x",
});

/** A scene whose operator is a contract, with stake and without signer keys. It signs a receipt by naming its hash. */
export async function contractOperatorScene(connection: NetworkConnection<"generic">) {
  const made = await courtScene(connection);
  const { ethers, operatorRegistry, token, actors, place, receiptOf, list } = made;
  const account = await ethers.deployContract("ContractOperator");
  const address: Address = asAddress(await account.getAddress());
  await account.relay(
    await operatorRegistry.getAddress(),
    operatorRegistry.interface.encodeFunctionData("register", ["https://contract.example"]),
  );
  await token.connect(actors.operator).approve(await operatorRegistry.getAddress(), 2n ** 255n);
  const wrapped = await ethers.getContractAt("WrappedEther", await token.getAddress(), actors.operator);
  await wrapped.deposit({ value: STAKE });
  await operatorRegistry.connect(actors.operator).deposit(address, STAKE);
  const issuedAt = asSeconds(BigInt((await ethers.provider.getBlock("latest"))!.timestamp));
  const promise = (outputRoot?: Bytes32): Presented & { hash: Bytes32 } => {
    const record = { ...list.records[0]!, ...(outputRoot && { outputRoot }) };
    const inclusionDeadline = asSeconds(issuedAt + 40n);
    const receipt = receiptOf(record, { operator: address, issuedAt, inclusionDeadline });
    const hash = receiptHash(receipt, place);
    return { receipt, signer: address, signature: hash, hash };
  };
  return { ...made, account, address, issuedAt, promise };
}

/** `ContractOperator.Manner` */
export const MANNER = {
  Honest: 0,
  Denies: 1,
  Reverts: 2,
  Burns: 3,
  Floods: 4,
  Mumbles: 5,
  Slurs: 6,
  Retracts: 7,
} as const;

export type { Account, Protocol };
