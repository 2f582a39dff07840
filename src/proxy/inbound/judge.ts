import { createHash, timingSafeEqual } from 'node:crypto';
import { livePath } from '../../contract/sidecar.ts';
import { type Judged, problemOf } from '../shared/unclear.ts';

/** The decision on a request: pass it on, answer with a health page, or refuse it. */
export type Verdict = 'pass' | 'health' | 'live' | { status: number; message: string; challenge?: string };

/**
 * Judges a request by its token. A request with the token is passed on. A GET request for exactly the health path
 * of the server or of the guard, without content, needs no token. All other requests are refused, and so is any ambiguous request.
 * https://www.rfc-editor.org/rfc/rfc6750 https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
export const judgeBy = (token: string, healthPath: string): ((request: Judged) => Verdict) => {
  const wanted = digest(token);
  const shows = (authorization: string): boolean => {
    const [, shown] = /^Bearer +([^ ]+) *$/i.exec(authorization) ?? [];
    // digests have equal lengths, and are compared even if there is no token
    return timingSafeEqual(digest(shown ?? ''), wanted) && shown !== undefined;
  };
  return (request) => {
    const unclear = problemOf(request);
    if (unclear !== undefined) return { status: 400, message: unclear };
    if (request.method === 'GET' && request.url === healthPath) return 'health';
    if (request.method === 'GET' && request.url === livePath) return 'live';
    const [authorization] = request.headersDistinct['authorization'] ?? [];
    if (shows(authorization ?? '')) return 'pass';
    const error = authorization === undefined ? '' : ', error="invalid_token"';
    const challenge = `Bearer realm="mcp"${error}`;
    return { status: 401, message: 'A bearer token is required', challenge };
  };
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
