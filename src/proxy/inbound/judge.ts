import { createHash, timingSafeEqual } from 'node:crypto';
import { type Judged, problemOf } from '../shared/unclear.ts';

/** What becomes of a request: it is passed on, asks for the health page, or is refused. */
export type Verdict = 'pass' | 'health' | { status: number; message: string; challenge?: string };

/**
 * Judges requests by a token: one that shows it is passed on; a GET of exactly the health path, without content,
 * needs none; anything else is refused. A request that can be read in two ways is refused whatever it shows.
 * https://www.rfc-editor.org/rfc/rfc6750 https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
export const judgeBy = (token: string, healthPath: string): ((request: Judged) => Verdict) => {
  const wanted = digest(token);
  const shows = (authorization: string): boolean => {
    const [, shown] = /^Bearer +([^ ]+) *$/i.exec(authorization) ?? [];
    // digests are of one length, and are compared even where nothing is shown
    return timingSafeEqual(digest(shown ?? ''), wanted) && shown !== undefined;
  };
  return (request) => {
    const unclear = problemOf(request);
    if (unclear !== undefined) return { status: 400, message: unclear };
    if (request.method === 'GET' && request.url === healthPath) return 'health';
    const [authorization] = request.headersDistinct['authorization'] ?? [];
    if (shows(authorization ?? '')) return 'pass';
    const error = authorization === undefined ? '' : ', error="invalid_token"';
    const challenge = `Bearer realm="mcp"${error}`;
    return { status: 401, message: 'A bearer token is required', challenge };
  };
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
