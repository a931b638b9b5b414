import { Resolver } from "node:dns/promises";
import { isIPv6 } from "node:net";
import type { LookupFunction } from "node:net";

import { isPublicAddress } from "./public-address.js";

/** Addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Milliseconds until a server of names is asked again, and how often. */
const PATIENCE = { timeout: 2_000, tries: 2 } as const;

/**
 * Addresses by DNS alone. The system's own look-up reads files of this machine too, and blocks one of four threads: names
 * of strangers could take them all.
 */
export const resolveByDns: Resolve = async (host) => {
  const resolver = new Resolver(PATIENCE);
  const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return found.flatMap((of) => (of.status === "fulfilled" ? of.value : []));
};

/**
 * The `lookup` of a connection: it connects to one of the addresses that this gives and to nothing else, so that a name
 * which leads elsewhere the next time it is asked gains nothing. Fails with `refusal` where a name has no public address.
 */
export function lookUpPublic(resolve: Resolve, refusal: () => Error): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const addresses = found
          .filter(isPublicAddress)
          .map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
        const [first] = addresses;
        if (first === undefined) return callback(found.length === 0 ? unknown(host) : refusal(), "", 0);
        if (options.all === true) return callback(null, addresses);
        return callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as Error, "", 0),
    );
  };
}

const unknown = (host: string): Error => new Error(`the name ${host} has no address`);
