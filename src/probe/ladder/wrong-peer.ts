import type { RunnableCheck } from '../check.ts';
import { Failure } from './failure.ts';
import { type Peer, peerOf } from './peer.ts';

/**
 * Peers that the MCP server can use, by the type of a database or the driver. DBHub's driver for MySQL works with MariaDB
 * too. Its driver for MariaDB sets `max_statement_time`, which MariaDB has since 10.1.2 and MySQL does not have.
 */
const usable: Readonly<Record<string, readonly Peer[]>> = {
  postgres: ['PostgreSQL'],
  mysql: ['MySQL', 'MariaDB', 'an old MariaDB'],
  mariadb: ['MariaDB'],
  sqlserver: ['SQL Server'],
  http: ['an HTTP server'],
  s3: ['an HTTP server'],
};

const products: readonly Peer[] = ['MySQL', 'MariaDB', 'an old MariaDB', 'PostgreSQL', 'SQL Server'];

/**
 * The reason for a peer that is not what the spec names, as its first bytes show. Undefined if it is, or if the bytes do
 * not show it. A peer that speaks first is known before a login, so that no account is locked for it.
 */
export const wrongPeer = ({ driver, params }: RunnableCheck, first: Buffer): Failure | undefined => {
  const type = params['type'] ?? driver;
  const right = Object.hasOwn(usable, type) ? usable[type] : undefined;
  const peer = right && peerOf(first);
  if (peer === undefined || right?.includes(peer)) return undefined;
  const name = peer === 'an old MariaDB' ? 'MariaDB before 10.1.2' : peer;
  return products.includes(peer) && driver !== 'http' && driver !== 's3'
    ? new Failure('WrongType', `The type is ${type}, and ${name} answers.`)
    : new Failure('ProtocolError', `The answer is from ${name}.`);
};
