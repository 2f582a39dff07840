import type { IncomingMessage } from 'node:http';
import type { ProbeReason } from '../../contract/probe-reasons.ts';
import { reasonOf, textOf } from './http-request.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const reasons: Readonly<Record<string, ProbeReason>> = {
  InvalidAccessKeyId: 'AuthFailed',
  SignatureDoesNotMatch: 'AuthFailed',
  InvalidToken: 'AuthFailed',
  InvalidSecurity: 'AuthFailed',
  ExpiredToken: 'CredentialsExpired',
  TokenRefreshRequired: 'CredentialsExpired',
  RequestTimeTooSkewed: 'ClockSkew',
  RequestExpired: 'ClockSkew',
  AuthorizationHeaderMalformed: 'AuthFailed',
  PermanentRedirect: 'WrongRegion',
  TemporaryRedirect: 'WrongRegion',
  AccessDenied: 'PermissionDenied',
  AllAccessDisabled: 'PermissionDenied',
  NoSuchBucket: 'BucketNotFound',
  SlowDown: 'RateLimited',
  InternalError: 'ServerError',
};

/**
 * The text of a successful answer. Otherwise, throws the reason, which depends first on the error code, then on the
 * status.
 */
export const said = async (
  answer: IncomingMessage,
): Promise<{ text: string; code: string; reason?: ProbeReason }> => {
  const byStatus = reasonOf(answer.statusCode ?? 0);
  const text = await textOf(answer);
  const code = /<Code>([A-Za-z]{1,64})<\/Code>/.exec(text)?.[1] ?? '';
  // A server that expects another region names it. Otherwise, the key is not valid in such a header.
  const elsewhere = code === 'AuthorizationHeaderMalformed' && text.includes('<Region>');
  const byCode = elsewhere ? 'WrongRegion' : Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  const reason = byStatus && (byCode ?? byStatus);
  return { text, code, ...(reason && { reason }) };
};
