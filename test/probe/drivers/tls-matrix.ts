import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend, BackendOptions, ServerTls } from '../../../lab/backends/backend.ts';
import { createAuthority } from '../../../lab/backends/certificates.ts';
import { removeFolder, temporaryFolder } from '../../../lab/process/server-process.ts';
import type { RunnableCheck } from '../../../src/probe/check.ts';
import { account, probing } from './probed.ts';

export interface Certificates {
  folder: string;
  /** For the name `localhost`, and no address. */
  good: ServerTls;
  expired: ServerTls;
  /** Another authority than the one that signed these. */
  stranger: string;
}

export const issueCertificates = async (): Promise<Certificates> => {
  const folder = await temporaryFolder('function-mcp-probe-tls');
  const authority = await createAuthority(join(folder, 'authority'));
  const stranger = await createAuthority(join(folder, 'stranger'), 'Another authority');
  const request = { name: 'localhost', san: 'DNS:localhost', usage: 'server' } as const;
  const signed = { authority: authority.certificate };
  return {
    folder,
    good: { ...(await authority.issue(request)), ...signed },
    expired: {
      ...(await authority.issue({ ...request, notAfter: new Date(Date.now() - 60_000) })),
      ...signed,
    },
    stranger: stranger.certificate,
  };
};

type Trust = 'its authority' | 'the public ones' | 'another authority' | 'an empty file' | 'no certificate';
type Row = ['good' | 'expired', RunnableCheck['tls'], Trust, 'localhost' | '127.0.0.1', string];

const rows: Row[] = [
  ['good', 'require', 'the public ones', 'localhost', 'Connected'],
  ['good', 'require', 'the public ones', '127.0.0.1', 'Connected'],
  ['good', 'verify-ca', 'its authority', 'localhost', 'Connected'],
  ['good', 'verify-full', 'its authority', 'localhost', 'Connected'],
  ['good', 'verify-ca', 'its authority', '127.0.0.1', 'Connected'],
  ['good', 'verify-full', 'its authority', '127.0.0.1', 'TLSNameMismatch'],
  ['good', 'verify-ca', 'the public ones', 'localhost', 'TLSUntrusted'],
  ['good', 'verify-full', 'the public ones', 'localhost', 'TLSUntrusted'],
  ['good', 'verify-ca', 'another authority', 'localhost', 'TLSUntrusted'],
  ['good', 'verify-full', 'an empty file', 'localhost', 'TLSUntrusted'],
  ['good', 'verify-ca', 'no certificate', 'localhost', 'TLSUntrusted'],
  ['expired', 'require', 'the public ones', 'localhost', 'Connected'],
  ['expired', 'verify-ca', 'its authority', 'localhost', 'TLSExpired'],
  ['expired', 'verify-full', 'its authority', 'localhost', 'TLSExpired'],
];

/** What every driver that does TLS makes of certificates, with two real servers. */
export const testCertificates = (start: (options: BackendOptions) => Promise<Backend>): void => {
  describe('certificates', () => {
    let certificates: Certificates;
    const servers: Partial<Record<'good' | 'expired', Backend>> = {};
    const pems = {} as Record<Trust, string | undefined>;

    beforeAll(async () => {
      certificates = await issueCertificates();
      pems['its authority'] = await readFile(certificates.good.authority, 'utf8');
      pems['another authority'] = await readFile(certificates.stranger, 'utf8');
      pems['an empty file'] = '';
      pems['no certificate'] = '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n';
      await Promise.all(
        (['good', 'expired'] as const).map(async (kind) => {
          const server = await start({ tls: certificates[kind] });
          servers[kind] = server;
          await server.createDatabase('shop');
          await server.createUser(account('reader', { readOnly: true, requireTls: true }));
        }),
      );
    });

    afterAll(async () => {
      await Promise.all(Object.values(servers).map((server) => server.stop()));
      if (certificates) await removeFolder(certificates.folder);
    });

    test.each(rows)('%s, %s, trusting %s, at %s: %s', async (kind, tls, trust, host, reason) => {
      const server = servers[kind];
      if (!server) throw new Error('no server');
      const caPem = pems[trust];
      const report = await probing(server)({
        tls,
        host,
        ...(caPem !== undefined && { ca: 'ca.crt', caPem }),
      });
      expect(report.reason).toBe(reason);
      expect(Object.keys(report.rungs)).toEqual(
        reason === 'Connected' ? ['dns', 'tcp', 'tls', 'auth', 'query'] : ['dns', 'tcp', 'tls'],
      );
    });

    test('an authority that everybody trusts, unless the check names another', async () => {
      const server = servers.good;
      const authority = pems['its authority'];
      if (!server || !authority) throw new Error('no server');
      const usual = getCACertificates('default');
      setDefaultCACertificates([authority]);
      try {
        const check = probing(server);
        expect((await check({ tls: 'verify-full' })).reason).toBe('Connected');
        for (const caPem of [pems['another authority'], pems['no certificate'], 'nothing', '', undefined]) {
          const named = { tls: 'verify-full', ca: 'ca.crt', ...(caPem !== undefined && { caPem }) } as const;
          expect((await check(named)).reason).toBe('TLSUntrusted');
        }
      } finally {
        setDefaultCACertificates(usual);
      }
    });

    test('a user that may come with TLS only', async () => {
      const server = servers.good;
      if (!server) throw new Error('no server');
      expect(await probing(server)({ tls: 'disable' })).toMatchObject({ reason: 'TLSRequired' });
      expect(await probing(server)({ tls: 'disable', password: 'wrong' })).toMatchObject({
        reason: server.type === 'postgres' ? 'TLSRequired' : 'AuthFailed',
      });
    });
  });
};
