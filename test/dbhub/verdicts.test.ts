import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startMariadb } from '../../lab/backends/mariadb.ts';
import { startMysql } from '../../lab/backends/mysql.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import { issueServerTls } from '../../lab/backends/server-tls.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { ProbeReason } from '../../src/contract/probe-reasons.ts';
import { type Peer, saying, silent, startPeer } from '../probe/drivers/peers.ts';
import { runtimes } from '../support/dbhub-image.ts';
import { type Beside, canary, reader, serveBeside } from './beside.ts';
import { compare, type Expected } from './compared.ts';

const types = ['postgres', 'mysql', 'mariadb', 'sqlserver'] as const;
const products = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' };

/** The reason for a type at a server. A server that waits for its client cannot be told from one that hangs. */
const reasonAt = (type: (typeof types)[number], server: Backend['type']): ProbeReason => {
  if (type === server || (type === 'mysql' && server === 'mariadb')) return 'Connected';
  if (server !== 'postgres') return 'WrongType';
  return type === 'sqlserver' ? 'ConnectionReset' : 'Timeout';
};

let folder: string;
let postgres: Backend;
const backends: Backend[] = [];
const peers: Peer[] = [];
const expected: Expected[] = [];

beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-verdicts');
  const tls = await issueServerTls(folder);
  const servers = await Promise.all([
    startPostgres({ tls }),
    startMysql({ tls }),
    startMariadb({ tls, args: ['--plugin-load-add=auth_ed25519'] }),
  ]);
  backends.push(...servers);
  postgres = servers[0];
  for (const server of servers) {
    await server.createDatabase('shop');
    await server.createUser(reader);
    await server.createUser({ ...reader, name: 'kept', password: `${canary}\n` });
    for (const type of types) {
      const reason = reasonAt(type, server.type);
      const says = reason === 'WrongType' ? `The type is ${type}, and ${products[server.type]} answers.` : '';
      const at = { type, port: server.port, reason, says };
      expected.push({ ...at, name: `${type}-at-${server.type}` });
      expected.push({ ...at, name: `${type}-at-${server.type}-tls`, spec: { sslMode: 'require' } });
    }
  }
  const [, mysql, mariadb] = servers;
  await mariadb.query(
    `CREATE USER modern IDENTIFIED VIA ed25519 USING PASSWORD('${canary}'); GRANT SELECT ON shop.* TO modern`,
  );
  await mysql.createUser({ ...reader, name: 'modern', plugin: 'caching_sha2_password' });
  for (const sslMode of ['disable', 'require']) {
    const modern = { user: 'modern', spec: { sslMode } };
    expected.push(
      {
        ...modern,
        name: `ed25519-mariadb-${sslMode}`,
        type: 'mariadb',
        port: mariadb.port,
        reason: 'Connected',
      },
      {
        ...modern,
        name: `ed25519-mysql-${sslMode}`,
        type: 'mysql',
        port: mariadb.port,
        reason: 'LoginFailed',
      },
      {
        ...modern,
        name: `ed25519-wrong-${sslMode}`,
        type: 'mariadb',
        port: mariadb.port,
        password: 'wrong',
        reason: 'AuthFailed',
      },
      { ...modern, name: `sha2-mysql-${sslMode}`, type: 'mysql', port: mysql.port, reason: 'Connected' },
    );
  }
  for (const { type, port } of servers) {
    const broken = { type, port, reason: 'AuthFailed' } as const;
    const key = 'The value of the key "password" in the Secret ends in a line break.';
    expected.push(
      { ...broken, name: `line-break-${type}`, password: `${canary}\n`, says: key },
      {
        ...broken,
        name: `mark-${type}`,
        password: `\ufeff${canary}`,
        says: 'begins with a byte order mark',
        imageOnly: type === 'postgres',
      },
      { ...broken, name: `blank-user-${type}`, user: 'reader ', says: 'key "username" in the Secret ends' },
    );
    const kept = { type, port, user: 'kept', password: `${canary}\n`, reason: 'Connected' } as const;
    expected.push({ ...kept, name: `kept-${type}` });
  }
  const others = {
    ssh: {
      serve: saying('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n'),
      reason: 'ProtocolError',
      says: 'SSH',
    },
    mail: { serve: saying('220 mail.example ESMTP\r\n'), reason: 'ProtocolError', says: 'mail' },
    silent: { serve: silent, reason: 'Timeout', says: 'sent nothing' },
  } as const;
  for (const [name, { serve, reason, says }] of Object.entries(others)) {
    const peer = await startPeer(serve);
    peers.push(peer);
    for (const type of types)
      expected.push({ name: `${type}-at-${name}`, type, port: peer.port, reason, says });
  }
});

afterAll(async () => {
  for (const peer of peers) await peer[Symbol.asyncDispose]();
  await Promise.all(backends.map((backend) => backend.stop()));
  if (folder) await removeFolder(folder);
});

describe.each(runtimes)('with %s', (name, runtime) => {
  let beside: Beside;

  beforeAll(async () => {
    // Only a silent peer is to run into a timeout.
    const patient = { connectionTimeout: 8, queryTimeout: 8 };
    const others = expected.map((each) =>
      each.reason === 'Timeout' ? each : { ...each, spec: { ...patient, ...each.spec } },
    );
    beside = await serveBeside(postgres, others, { runtime: await runtime() });
  });

  afterAll(() => beside?.[Symbol.asyncDispose]());

  test('the probe reports a usable Database exactly where a call returns rows', async () => {
    await compare(beside, expected, { image: name.includes('image') });
    expect(beside.served.logs()).not.toContain(canary);
  }, 120_000);
});
