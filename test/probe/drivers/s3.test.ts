import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type S3Server, startS3 } from '../../../lab/backends/s3.ts';
import { removeFolder } from '../../../lab/process/server-process.ts';
import type { RunnableCheck, Secrets } from '../../../src/probe/check.ts';
import { runCheck } from '../../../src/probe/run-check.ts';
import { builtFirst } from '../../support/built-first.ts';
import { expectQuiet } from './quiet.ts';
import { type Certificates, issueCertificates } from './tls-matrix.ts';

builtFirst('versitygw');

expectQuiet();

const canary = 'Canary/7c1f+"$é';
const keys = { ACCESS_KEY_ID: 'watched-reader', SECRET_ACCESS_KEY: canary };

const probe = async (
  { params = {}, ...fields }: Partial<RunnableCheck>,
  secrets: Secrets = keys,
): Promise<{ reason: string; rungs: string[] }> => {
  const check: RunnableCheck = {
    driver: 's3',
    host: 'localhost',
    port: 1,
    tls: 'disable',
    secrets: {},
    params: { region: 'us-east-1', bucket: 'shop', prefix: '', ...params },
    readOnly: true,
    timeouts: { connect: 5, query: 5 },
    addresses: 'any',
    ...fields,
  };
  const report = await runCheck(check, secrets, new AbortController().signal);
  const text = inspect(report, { depth: 20, showHidden: true });
  for (const secret of Object.values(secrets)) {
    if (secret !== '' && text.includes(secret)) throw new Error('a secret is in a report');
  }
  return { reason: report.reason, rungs: Object.keys(report.rungs) };
};

describe('a real server', () => {
  let s3: S3Server;
  let certificates: Certificates;
  const secured: Partial<Record<'good' | 'expired', S3Server>> = {};

  const fill = async (server: S3Server) => {
    for (const bucket of ['shop', 'private', 'writable', 'partly']) await server.createBucket(bucket);
    await server.createUser({
      accessKeyId: 'watched-reader',
      secretAccessKey: canary,
      bucket: 'shop',
      readOnly: true,
    });
  };

  beforeAll(async () => {
    certificates = await issueCertificates();
    s3 = await startS3();
    await fill(s3);
    await s3.put('shop', 'a/b', 'x');
    await s3.createUser({ accessKeyId: 'watched-writer', secretAccessKey: canary, bucket: 'writable' });
    await s3.createUser({
      accessKeyId: 'watched-partly',
      secretAccessKey: canary,
      bucket: 'partly',
      prefix: 'mine/',
    });
    for (const kind of ['good', 'expired'] as const) {
      secured[kind] = await startS3({ tls: certificates[kind] });
      await fill(secured[kind]);
    }
  });
  afterAll(async () => {
    await Promise.all([s3, ...Object.values(secured)].map((server) => server?.stop()));
    if (certificates) await removeFolder(certificates.folder);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const all = ['dns', 'tcp', 'auth', 'query'];
  const some = ['dns', 'tcp', 'auth'];
  const named = (ACCESS_KEY_ID: string) => ({ ...keys, ACCESS_KEY_ID });

  test.each<[string, Partial<RunnableCheck>, Secrets, string, string[]]>([
    ['a reader', {}, keys, 'Connected', all],
    ['below a prefix', { params: { prefix: 'a (b) & c/' } }, keys, 'Connected', all],
    ['a wrong secret', {}, { ...keys, SECRET_ACCESS_KEY: 'wrong' }, 'AuthFailed', some],
    ['an unknown key', {}, named('nobody'), 'AuthFailed', some],
    ['no key', {}, named(''), 'AuthFailed', some],
    ['a key that is no key', {}, named('a/b, c=d'), 'AuthFailed', some],
    ['another region', { params: { region: 'eu-central-1' } }, keys, 'WrongRegion', some],
    ['no such bucket', { params: { bucket: 'nowhere' } }, keys, 'BucketNotFound', some],
    ['a bucket of others', { params: { bucket: 'private' } }, keys, 'PermissionDenied', some],
    ['a writer', { params: { bucket: 'writable' } }, named('watched-writer'), 'NotReadOnly', all],
    [
      'a writer that may be one',
      { params: { bucket: 'writable' }, readOnly: false },
      named('watched-writer'),
      'Connected',
      all,
    ],
    [
      'a writer below a prefix',
      { params: { bucket: 'partly', prefix: 'mine/' } },
      named('watched-partly'),
      'NotReadOnly',
      all,
    ],
    [
      'a writer below another prefix',
      { params: { bucket: 'partly', prefix: 'others/' } },
      named('watched-partly'),
      'Connected',
      all,
    ],
  ])('%s', async (_title, check, secrets, reason, rungs) => {
    expect(await probe({ port: s3.port, ...check }, secrets)).toEqual({ reason, rungs });
  });

  test('the bucket before the host, and not in the path', async () => {
    // A host that is an address, and has a bucket before a domain all the same: no name below another resolves here.
    await using server = await startS3({ host: '0.0.0.0', virtualDomain: '0.2' });
    await server.createBucket('127.0');
    await server.createUser({ accessKeyId: keys.ACCESS_KEY_ID, secretAccessKey: canary, bucket: '127.0' });
    const params = { bucket: undefined as unknown as string, prefix: 'a/' };
    const check = { host: '127.0.0.2', port: server.port, params };
    expect((await probe({ ...check, readOnly: false })).reason).toBe('Connected');
    expect((await probe(check)).reason).toBe('NotReadOnly');
  });

  test.each([
    [-16, 'ClockSkew'],
    [-10, 'Connected'],
    [16, 'ClockSkew'],
  ])('a clock that is %i minutes off', async (minutes, reason) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 });
    expect((await probe({ port: s3.port })).reason).toBe(reason);
  });

  test('nothing is written by looking whether it could be', async () => {
    const before = s3.requests().length;
    await probe({ port: s3.port, params: { bucket: 'writable' } }, named('watched-writer'));
    expect(await s3.list('writable')).toEqual([]);
    const asked = s3.requests().slice(before, -1);
    expect(asked.map((line) => /s3_\w+/.exec(line)?.[0])).toEqual([
      's3_ListObjectsV2',
      's3_ListObjectsV2',
      's3_CompleteMultipartUpload',
    ]);
  });

  type Trust = 'its authority' | 'the public ones' | 'another authority';
  test.each<['good' | 'expired', RunnableCheck['tls'], Trust, string, string]>([
    ['good', 'require', 'the public ones', '127.0.0.1', 'Connected'],
    ['good', 'verify-ca', 'its authority', '127.0.0.1', 'Connected'],
    ['good', 'verify-full', 'its authority', 'localhost', 'Connected'],
    ['good', 'verify-full', 'its authority', '127.0.0.1', 'TLSNameMismatch'],
    ['good', 'verify-full', 'the public ones', 'localhost', 'TLSUntrusted'],
    ['good', 'verify-ca', 'another authority', 'localhost', 'TLSUntrusted'],
    ['expired', 'verify-full', 'its authority', 'localhost', 'TLSExpired'],
    ['expired', 'require', 'the public ones', 'localhost', 'Connected'],
  ])('a certificate that is %s: %s, trusting %s, at %s: %s', async (kind, tls, trust, host, reason) => {
    const file = {
      'its authority': certificates.good.authority,
      'another authority': certificates.stranger,
      'the public ones': undefined,
    }[trust];
    const report = await probe({
      tls,
      host,
      port: secured[kind]?.port ?? 0,
      ...(file !== undefined && { ca: 'ca.crt', caPem: readFileSync(file, 'utf8') }),
    });
    expect(report.reason).toBe(reason);
  });

  test('TLS where there is none, and none where there is', async () => {
    expect((await probe({ port: s3.port, tls: 'require' })).reason).toBe('TLSNotOffered');
    expect((await probe({ port: secured.good?.port ?? 0 })).reason).toBe('TLSRequired');
  });

  test('a server that is gone, and is back', async () => {
    await s3.pull();
    expect(await probe({ port: s3.port })).toEqual({ reason: 'ConnectionRefused', rungs: ['dns', 'tcp'] });
    await s3.restart();
    expect((await probe({ port: s3.port })).reason).toBe('Connected');
  });
});

describe('any server', () => {
  const serve = async (listener: RequestListener) => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      port: (server.address() as AddressInfo).port,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  };

  /** What AWS, MinIO, Alibaba Cloud and others answer, by their documentation. */
  test.each([
    [400, 'ExpiredToken', 'CredentialsExpired'],
    [400, 'InvalidToken', 'AuthFailed'],
    [403, 'InvalidTokenId', 'AuthFailed'],
    [403, 'InvalidAccessKeyId', 'AuthFailed'],
    [403, 'InvalidAccessKeyId.Inactive', 'AuthFailed'],
    [403, 'InvalidSecurityToken', 'AuthFailed'],
    [403, 'SignatureDoesNotMatch', 'AuthFailed'],
    [403, 'InvalidClientTokenId', 'AuthFailed'],
    [401, 'Unauthorized', 'AuthFailed'],
    [401, 'AuthenticationRequired', 'AuthFailed'],
    [403, 'SecurityTokenExpired', 'CredentialsExpired'],
    [400, 'ExpiredTokenException', 'CredentialsExpired'],
    [403, 'constructor.name', 'PermissionDenied'],
    [301, 'PermanentRedirect', 'WrongRegion'],
    [307, 'TemporaryRedirect', 'WrongRegion'],
    [403, 'AllAccessDisabled', 'PermissionDenied'],
    [503, 'SlowDown', 'RateLimited'],
    [503, 'ServiceUnavailable', 'Unavailable'],
    [500, 'InternalError', 'ServerError'],
    [403, 'SomethingNew', 'PermissionDenied'],
    [400, 'SomethingNew', 'RequestRefused'],
    [301, '', 'Redirected'],
    [404, '', 'NotFound'],
    [502, '', 'Unavailable'],
    [403, 'constructor', 'PermissionDenied'],
    [200, 'AccessDenied', 'ProtocolError'],
  ])('%i %s: %s', async (status, code, reason) => {
    await using server = await serve((_, response) => {
      response.writeHead(status, { location: 'http://localhost:1/' });
      response.end(`<Error><Code>${code}</Code><Message>${canary}</Message></Error>`);
    });
    expect((await probe({ port: server.port })).reason).toBe(reason);
  });

  test('a server that says back what it was asked is none, and nor is one that always says the same', async () => {
    for (const answer of [
      (url: string) => url,
      () => '<ListBucketResult><Prefix>7</Prefix></ListBucketResult>',
    ]) {
      await using server = await serve(({ url = '' }, response) => response.end(answer(url)));
      expect((await probe({ port: server.port })).reason).toBe('ProtocolError');
    }
  });

  test('what is sent: the session token, signed, and no secret', async () => {
    const seen: string[] = [];
    await using server = await serve(({ headers }, response) => {
      seen.push(JSON.stringify(headers));
      response.end('<ListBucketResult/>');
    });
    await probe({ port: server.port }, { ...keys, SESSION_TOKEN: 'a-session-token' });
    expect(seen[0]).toContain('"x-amz-security-token":"a-session-token"');
    expect(seen[0]).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token');
    expect(seen.join()).not.toContain(canary.slice(0, 8));
  });
});
