import type { IncomingMessage } from 'node:http';

/** A request, as far as it is judged. */
export type Judged = Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'headersDistinct'>;

/** Methods whose requests have content. Others may not: servers differ on where such a request would end. */
const withContent = new Set(['POST', 'PUT', 'PATCH']);

/** Headers of which a request has one at most. */
const single = ['authorization', 'content-length', 'host', 'transfer-encoding'] as const;

/**
 * Why a request has more than one meaning, as a sentence; undefined where it has one.
 * https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
export const problemOf = ({
  method = '',
  url = '',
  httpVersion,
  headersDistinct,
}: Judged): string | undefined => {
  const twice = single.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
  if (twice !== undefined) return `The request must have exactly one ${twice} header`;
  if (!headersDistinct['host']?.[0]) return 'The request must have a host header';
  if (!url.startsWith('/')) return 'The request target must be a path';
  const [length] = headersDistinct['content-length'] ?? [];
  const [encoding] = headersDistinct['transfer-encoding'] ?? [];
  if (encoding !== undefined && (httpVersion !== '1.1' || encoding.toLowerCase() !== 'chunked'))
    return 'The transfer encoding must be chunked, and the version HTTP/1.1';
  if (length !== undefined && (encoding !== undefined || !/^[0-9]{1,15}$/.test(length)))
    return 'The request must have exactly one valid content length';
  const hasContent = encoding !== undefined || Number(length ?? 0) > 0;
  return hasContent && !withContent.has(method) ? `A ${method} request must not have content` : undefined;
};
