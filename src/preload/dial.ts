import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP, Socket } from 'node:net';
import type { AddressScope } from '../contract/addresses.ts';
import { withOwnApiServer } from '../contract/own-api-server.ts';
import { type Answer, type Connect, connectArguments, type Lookup } from './connect-arguments.ts';
import { readDestinations } from './destinations.ts';
import { judgeOf } from './judge.ts';

/**
 * Preloaded before a server. The process can connect only to its Resources, and every address is checked when the
 * connection is opened. So an answer that redirects a client, or a name that now resolves to another address, cannot
 * send it elsewhere.
 */

const destinations = readDestinations();
const judge = judgeOf({ ...destinations, ranges: withOwnApiServer(destinations.ranges, process.env) });

const refusal = (host: string, port: unknown) =>
  Object.assign(
    new Error(
      `"${host}" port ${String(port)} is not a destination of this server, or resolves to addresses that it must not reach`,
    ),
    { code: 'EACCES', syscall: 'connect' },
  );

const addressesOf = (answer: string | Answer[] | undefined): string[] =>
  Array.isArray(answer) ? answer.map(({ address }) => address) : answer === undefined ? [] : [answer];

/** A lookup that returns only allowed addresses. */
const judged =
  (lookup: Lookup, scope: AddressScope, refused: () => Error): Lookup =>
  (host, options, answer) =>
    lookup(judge.nameOf(host), options, (error, found, family) => {
      const allowed = addressesOf(found).filter((address) => judge.mayConnect(address, scope));
      if (error) answer(error);
      else if (allowed.length === 0) answer(refused());
      else if (Array.isArray(found))
        answer(
          null,
          found.filter(({ address }) => allowed.includes(address)),
        );
      else answer(null, found, family);
    });

const { connect } = Socket.prototype as unknown as { connect: Connect };
const judgedConnect: Connect = function (this: Socket, ...args) {
  const { options, withOptions } = connectArguments(args);
  const host = options.path ?? options.host ?? 'localhost';
  const refused = () => refusal(host, options.port ?? 'none');
  const scope = options.path === undefined ? judge.scope(host, Number(options.port)) : undefined;
  if (scope === undefined || (isIP(host) !== 0 && !judge.mayConnect(host, scope))) {
    process.nextTick(() => this.destroy(refused()));
    return this;
  }
  const lookup = judged(options.lookup ?? (dns.lookup as unknown as Lookup), scope, refused);
  return connect.apply(this, withOptions({ ...options, lookup }));
};
Object.assign(Socket.prototype, { connect: judgedConnect });

// Some drivers resolve names first and then connect to the address.
const { lookup } = dns as unknown as { lookup: (...args: unknown[]) => unknown };
const { lookup: lookupPromise } = dns.promises as unknown as {
  lookup: (host: string, ...rest: unknown[]) => Promise<Answer | Answer[]>;
};
Object.assign(dns, {
  lookup: (host: string, ...rest: unknown[]) => {
    const answer = rest.pop();
    if (typeof answer !== 'function') return lookup(host, ...rest, answer);
    return lookup(
      judge.nameOf(host),
      ...rest,
      (error: unknown, found?: string | Answer[], family?: number) => {
        judge.resolved(host, addressesOf(found));
        answer(error, found, family);
      },
    );
  },
});
Object.assign(dns.promises, {
  lookup: async (host: string, ...rest: unknown[]) => {
    const found = await lookupPromise(judge.nameOf(host), ...rest);
    judge.resolved(host, addressesOf(Array.isArray(found) ? found : [found]));
    return found;
  },
});
syncBuiltinESMExports();
