import type { IncomingMessage } from 'node:http';
import type { RunnableCheck, Secrets } from '../check.ts';
import { Failure } from '../ladder/failure.ts';
import type { Driver } from './driver.ts';
import { again, answerTo, secured } from './http-connection.ts';
import { judgements } from './http-judgements.ts';
import { ask, jsonOf, type Question, reasonOf } from './http-request.ts';

/**
 * For what speaks HTTP. The check's params:
 * - `path`: what is asked first, with its query; the credentials are judged by its status.
 * - `header`, `query`: name of the header or of the query parameter that takes the secret AUTHORIZATION.
 * - `forbidden`: what 403 says of the credentials: `accepted`, that they are known; `refused`, that they are not;
 *   by default that they lack the right.
 * - `fallback`: what is asked instead, where 403 says that they are accepted.
 * - `judge`: how the answer is read, by a name of `http-judgements.ts`; by default its status is all that counts.
 * - `answers`: `any`, where nothing is known of the path: an answer will do that knows neither path nor method.
 * - `health`: another path that has to answer with a success.
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
      // the server may have thought for long before the first byte
      if (performance.now() - asked > (check.timeouts.query * 1000) / 2) throw new Failure('SlowAnswer');
      return number;
    },
    canWrite: () => Promise.resolve(false),
    leave: () => current.destroy(),
  };
};

/**
 * Statuses that speak of the path and the method alone (RFC 9110, section 15). Others, such as 407 of a proxy, 402, 421
 * or 426, would be the answer to any call of a client.
 */
const ofThePath: ReadonlySet<number> = new Set([400, 404, 405, 406, 410, 411, 415, 422]);

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Whether an answer leaves open what another path is answered: another host or scheme, as of a log-in page, does not. */
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
