import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { RunnableCheck, Secrets } from '../check.ts';
import { Failure } from '../ladder/failure.ts';
import type { Driver } from './driver.ts';
import { again, plainly, secured } from './http-connection.ts';
import { ask, type Question } from './http-request.ts';
import { said } from './s3-errors.ts';

/**
 * For buckets. The params of the check: `region`; `bucket`, if it is in the path and not in the host; and the `prefix`
 * of the keys. It lists, as every reader must: HEAD needs the same permission, and has no body with an error code.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export const s3: Driver = async (ascent) => {
  const { check, secrets, enter } = ascent;
  const { prefix = '' } = check.params;
  let transport = await secured(ascent);
  enter('auth');
  // The signer rejects such a key as an error of its caller.
  if (!secrets['ACCESS_KEY_ID'] || !secrets['SECRET_ACCESS_KEY']) throw new Failure('AuthFailed');
  const question = await listing(check, secrets, prefix);
  const first = await plainly(ascent, transport, async () => {
    const answer = await said(await ask(ascent, transport, question));
    // An S3 server explains a refused request in an S3 error. Any other answer may mean that TLS is missing.
    if (answer.reason && answer.code === '') throw new Failure(answer.reason);
    return answer;
  });
  if (first.reason) throw new Failure(first.reason);

  const follow = async (question: Question) => {
    transport = await again(ascent);
    return said(await ask(ascent, transport, question));
  };
  return {
    async echo(number) {
      const { text, reason } = await follow(await listing(check, secrets, `${prefix}${number}`));
      if (reason) throw new Failure(reason);
      const echoed = /<ListBucketResult[\s>][\s\S]*<Prefix>(?:[^<]*\/)?([0-9]+)<\/Prefix>/.exec(text)?.[1];
      return echoed === undefined ? undefined : Number(echoed);
    },
    // A user who may write gets "no such upload", any other user gets "access denied". Nothing is written.
    async canWrite() {
      const { code } = await follow(await completion(check, secrets, `${prefix}.function-mcp-probe`));
      return code === 'NoSuchUpload' ? { privilege: 's3:PutObject' } : undefined;
    },
    leave: () => transport.destroy(),
  };
};

const listing = (check: RunnableCheck, secrets: Secrets, prefix: string): Promise<Question> =>
  signed(check, secrets, 'GET', '', { 'list-type': '2', 'max-keys': '1', prefix });

/**
 * Completes an upload that does not exist. This requires the permission to write, s3:PutObject. A server that does not
 * support it creates no object, because it is a POST request.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
const completion = (check: RunnableCheck, secrets: Secrets, key: string): Promise<Question> =>
  signed(
    check,
    secrets,
    'POST',
    key,
    { uploadId: 'bm9uZQ' },
    '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><PartNumber>1</PartNumber>' +
      '<ETag>"d41d8cd98f00b204e9800998ecf8427e"</ETag></Part></CompleteMultipartUpload>',
  );

/** Signs a request with AWS Signature Version 4. */
const signed = async (
  { host, port, tls, params }: RunnableCheck,
  secrets: Secrets,
  method: 'GET' | 'POST',
  key: string,
  query: Readonly<Record<string, string>>,
  body = '',
): Promise<Question> => {
  const path = [params['bucket'] ?? [], key].flat().map(escaped).join('/');
  const search = Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const { SESSION_TOKEN: sessionToken } = secrets;
  const request = await new AwsV4Signer({
    method,
    url: `${tls === 'disable' ? 'http' : 'https'}://${host}:${port}/${path}?${search}`,
    headers: { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    accessKeyId: secrets['ACCESS_KEY_ID'] ?? '',
    secretAccessKey: secrets['SECRET_ACCESS_KEY'] ?? '',
    ...(sessionToken !== undefined && { sessionToken }),
    service: 's3',
    region: params['region'] ?? '',
  }).sign();
  return {
    method,
    path: `${request.url.pathname}${request.url.search}`,
    headers: Object.fromEntries(request.headers),
    ...(body !== '' && { body }),
  };
};

const escaped = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
