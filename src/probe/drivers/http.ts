import type { IncomingMessage } from 'node:http';
import type { RunnableCheck, Secrets } from '../check.ts';
import { Failure } from '../ladder/failure.ts';
import type { Driver } from './driver.ts';
import { again, answerTo, secured } from './http-connection.ts';
import { judgements } from './http-judgements.ts';
import { ask, jsonOf, type Question, reasonOf } from './http-request.ts';

/**
 * For HTTP servers. The params of the check:
 * - `path`: the first request, with its query. Its status decides about the credentials.
 * - `header`, `query`: name of the header or of the query parameter for the secret AUTHORIZATION.
 * - `forbidden`: the meaning of 403: `accepted` (valid credentials) or `refused` (invalid credentials). By default,
 *   the credentials lack a permission.
 * - `fallback`: the second request, if 403 means that the credentials are valid.
 * - `judge`: how the answer is read, by a name in `http-judgements.ts`. By default, only the status counts.
 * - `answers`: `any` if nothing is known about the path: an answer that does not accept path or method is sufficient.
 * - `health`: another path that must answer with a success.
 */
export const http: Driver = async (ascent) => {
  const { check, secrets, enter } = ascent;
  const transport = await secured(ascent);
  enter('auth');
  const asked = performance.now();
  const first = await answerTo(ascent, transport, questionOf(check, secrets, check.params['path'] ?? '/'));
  const reason = reasonOf(first.statusCode ?? 0);
  const forbidden = reason === 'PermissionDenied' ? check.params['forbidden'] : undefined;
  const accepted = forbidden === 'accepted';
  if (forbidden === 'refused') throw new Failure('AuthFailed');
  const unknown = check.params['answers'] === 'any' && saysOnlyOfThePath(first, check);
  if (reason && !accepted && !unknown) throw new Failure(reason);
  let current = transport;

  const follow = async (path: string): Promise<void> => {
    current = await again(ascent);
    const { statusCode = 0 } = await ask(ascent, current, questionOf(check, secrets, path));
    const failed = reasonOf(statusCode);
    if (failed) throw new Failure(failed);
  };
  return {
    async echo(number) {
      const { judge = '', fallback, health } = check.params;
      if (accepted) {
        if (fallback !== undefined) await follow(fallback);
      } else {
        const wrong = Object.hasOwn(judgements, judge) && judgements[judge]?.(await jsonOf(first));
        if (wrong) throw new Failure(wrong);
      }
      if (health !== undefined) await follow(health);
      // the server may take long before it sends the first byte
      if (performance.now() - asked > (check.timeouts.query * 1000) / 2) throw new Failure('SlowAnswer');
      return number;
    },
    canWrite: () => Promise.resolve(undefined),
    leave: () => current.destroy(),
  };
};

/**
 * Statuses that concern only the path and the method (RFC 9110, section 15). Other statuses, such as 402, 407 of a
 * proxy, 421 or 426, would be the answer to any call of a client.
 */
const ofThePath: ReadonlySet<number> = new Set([400, 404, 405, 406, 410, 411, 415, 422]);

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Whether another path may be answered differently. That is not the case for a redirect to another host or scheme, for
 * example to a login page.
 */
const saysOnlyOfThePath = (
  { statusCode = 0, headers: { location = '' } }: IncomingMessage,
  { host, name = host, port, tls }: RunnableCheck,
): boolean => {
  if (!redirects.has(statusCode)) return ofThePath.has(statusCode);
  const { origin } = new URL(`${tls === 'disable' ? 'http' : 'https'}://${name}:${port}`);
  return URL.canParse(location, origin) && new URL(location, origin).origin === origin;
};

const questionOf = ({ params }: RunnableCheck, secrets: Secrets, path: string): Question => {
  const { header, query } = params;
  const secret = secrets['AUTHORIZATION'] ?? '';
  return {
    path:
      query === undefined
        ? path
        : `${path}${path.includes('?') ? '&' : '?'}${encodeURIComponent(query)}=${encodeURIComponent(secret)}`,
    headers: header === undefined ? {} : { [header]: secret },
  };
};
