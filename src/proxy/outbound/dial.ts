import { lookup as lookUp } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AddressScope, mayConnect, type PlatformRanges } from '../../contract/addresses.ts';
import { absoluteName } from '../../contract/hosts.ts';

/** The platform does not allow Resources to connect to this address. */
export class AddressNotAllowed extends Error {
  readonly code = 'ADDRESS_NOT_ALLOWED';
}

/** Checks a host that is an address, because no lookup sees it. Throws if connecting to it is not allowed. */
export const checkLiteral = (host: string, scope: AddressScope, ranges: PlatformRanges): void => {
  if (isIP(host) !== 0 && !mayConnect(host, scope, ranges)) throw new AddressNotAllowed();
};

/**
 * Resolves names to allowed addresses. The connection uses the address that was checked, so a name that later resolves
 * to another address has no effect.
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
