import { setTimeout as sleep } from "node:timers/promises";

import { toBeHex } from "ethers";

import { requestId } from "../../src/claim/record.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { rootOfTensors } from "../../src/trace/commit-ends.js";
import type { Address } from "../../src/types/address.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { Random } from "../../test/support/random.js";

/** One inference that the requester wants. */
export type Wanted = { readonly requestId: Bytes32; readonly salt: Bytes32; readonly body: Uint8Array };

/** The same requests for the same seed. */
export function requestsOf(given: {
  readonly count: number;
  readonly seed: number;
  readonly requester: Address;
  readonly modelId: Bytes32;
  /** Elements of the input. */
  readonly elements: number;
}): readonly Wanted[] {
  const { count, seed, requester, modelId, elements } = given;
  const random = new Random(seed);
  // A few images, and a salt for each request: what is hashed and kept is as much as with as many images.
  const images = Array.from({ length: 16 }, () =>
    Float32Array.from({ length: elements }, () => random.below(2_001) / 1_000 - 1),
  );
  const roots = images.map((image) => rootOfTensors([image]));
  return Array.from({ length: count }, (_, number) => {
    const image = images[number % images.length] as Float32Array;
    const inputRoot = roots[number % images.length] as Bytes32;
    const salt = asBytes32(toBeHex((BigInt(seed) << 64n) + BigInt(number + 1), 32));
    return {
      requestId: requestId({ requester, inputRoot, salt }, modelId),
      salt,
      body: bytesOfTensor(image),
    };
  });
}

/** What came of asking. */
export type Reply =
  | { readonly kind: "served"; readonly requestId: Bytes32 }
  /** The node answers, and will not serve this. */
  | { readonly kind: "refused"; readonly code: string };

/** Asks until the node answers: it may be down, or take nothing just now. */
export async function ask(
  url: string,
  { wanted, modelId, requester }: { wanted: Wanted; modelId: Bytes32; requester: Address },
  isOver: () => boolean,
): Promise<Reply> {
  const path = `${url}/v1/infer/${modelId}?requester=${requester}&salt=${wanted.salt}`;
  for (;;) {
    const reply = await post(path, wanted.body);
    if (reply !== undefined && reply.status === 200) {
      return { kind: "served", requestId: (reply.json as { requestId: Bytes32 }).requestId };
    }
    const code = (reply?.json as { error?: { code?: string } } | undefined)?.error?.code ?? "NO_ANSWER";
    const isForGood =
      reply !== undefined && (reply.status < 500 || code === "OPERATOR_JAILED") && reply.status !== 429;
    if (isForGood || isOver()) return { kind: "refused", code };
    await sleep(500);
  }
}

/** Undefined where nobody answers. */
async function post(path: string, body: Uint8Array): Promise<{ status: number; json: unknown } | undefined> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: body as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.timeout(30_000),
    });
    return { status: response.status, json: await response.json() };
  } catch {
    return undefined;
  }
}
