import { lookup as lookUp } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AddressScope, mayConnect, type PlatformRanges } from '../../contract/addresses.ts';
import { absoluteName } from '../../contract/hosts.ts';

/** Of an address that the platform does not let a Resource lead to. */
export class AddressNotAllowed extends Error {
  readonly code = 'ADDRESS_NOT_ALLOWED';
}

/** Throws where a host is an address itself, which no look-up sees, and not one that may be connected to. */
export const checkLiteral = (host: string, scope: AddressScope, ranges: PlatformRanges): void => {
  if (isIP(host) !== 0 && !mayConnect(host, scope, ranges)) throw new AddressNotAllowed();
};

/**
 * Resolves names to addresses that may be connected to. What is judged is what is dialled: a name that resolves
 * to another address a moment later gains nothing.
 */
export const lookupWithin =
  (scope: AddressScope, ranges: PlatformRanges, resolve: typeof lookUp = lookUp): LookupFunction =>
  (hostname, options, callback) => {
    resolve(absoluteName(hostname), { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => mayConnect(address, scope, ranges));
      const [first] = allowed;
      if (!first) return callback(new AddressNotAllowed(), '', 0);
      if (options.all) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
