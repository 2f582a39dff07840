import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What becomes of a request: it is passed on, asks for the health page, or is refused. */
export type Verdict = 'pass' | 'health' | { status: number; message: string; challenge?: string };

/** A request, as far as it is judged. */
export type Judged = Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'headersDistinct'>;

/** Methods whose requests have content. Others may not: servers differ on where such a request would end. */
const withContent = new Set(['POST', 'PUT', 'PATCH']);

/** Headers of which a request has one at most. */
const single = ['authorization', 'content-length', 'host', 'transfer-encoding'] as const;

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

/** Why a request cannot be passed on in one meaning alone. */
const problemOf = ({ method = '', url = '', httpVersion, headersDistinct }: Judged): string | undefined => {
  const twice = single.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
  if (twice !== undefined) return `There must be one ${twice} header`;
  if (!headersDistinct['host']?.[0]) return 'There must be a host header';
  if (!url.startsWith('/')) return 'The target must be a path';
  const [length] = headersDistinct['content-length'] ?? [];
  const [encoding] = headersDistinct['transfer-encoding'] ?? [];
  if (encoding !== undefined && (httpVersion !== '1.1' || encoding.toLowerCase() !== 'chunked'))
    return 'A transfer encoding must be chunked, in HTTP/1.1';
  if (length !== undefined && (encoding !== undefined || !/^[0-9]{1,15}$/.test(length)))
    return 'The content must have one length';
  const hasContent = encoding !== undefined || Number(length ?? 0) > 0;
  return hasContent && !withContent.has(method) ? `A ${method} request has no content here` : undefined;
};
