import type { IncomingMessage } from 'node:http';
import type { ProbeReason } from '../../contract/probe-reasons.ts';
import { reasonOf, textOf } from './http-request.ts';

/**
 * The error codes of S3, and those of other implementations for the same.
 * - AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * - MinIO: https://github.com/minio/minio/blob/master/cmd/api-errors.go
 * - Alibaba Cloud: https://www.alibabacloud.com/help/en/oss/support/0002
 * - Google: https://docs.cloud.google.com/storage/docs/xml-api/reference-status
 */
const reasons: Readonly<Record<string, ProbeReason>> = {
  InvalidAccessKeyId: 'AuthFailed',
  InvalidAccessKey: 'AuthFailed',
  AccessKeyDisabled: 'AuthFailed',
  SignatureDoesNotMatch: 'AuthFailed',
  InvalidSignature: 'AuthFailed',
  InvalidToken: 'AuthFailed',
  InvalidTokenId: 'AuthFailed',
  InvalidSecurityToken: 'AuthFailed',
  InvalidSecurity: 'AuthFailed',
  InvalidCredentials: 'AuthFailed',
  InvalidClientTokenId: 'AuthFailed',
  UnrecognizedClientException: 'AuthFailed',
  AuthenticationRequired: 'AuthFailed',
  MissingAuthenticationToken: 'AuthFailed',
  NotSignedUp: 'AuthFailed',
  Unauthorized: 'AuthFailed',
  ExpiredToken: 'CredentialsExpired',
  ExpiredTokenException: 'CredentialsExpired',
  SecurityTokenExpired: 'CredentialsExpired',
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
  const code = /<Code>\s*([A-Za-z][A-Za-z0-9.]{0,63})\s*<\/Code>/.exec(text)?.[1] ?? '';
  // A server that expects another region names it. Otherwise, the key is not valid in such a header.
  const elsewhere = code === 'AuthorizationHeaderMalformed' && text.includes('<Region>');
  const byCode = elsewhere ? 'WrongRegion' : reasonOfCode(code);
  const reason = byStatus && (byCode ?? byStatus);
  return { text, code, ...(reason && { reason }) };
};

/** Some services append details to a code of S3, such as `InvalidAccessKeyId.Inactive`. */
const reasonOfCode = (code: string): ProbeReason | undefined => {
  const [general = ''] = code.split('.');
  return Object.hasOwn(reasons, general) ? reasons[general] : undefined;
};
