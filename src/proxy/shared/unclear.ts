import type { IncomingMessage } from 'node:http';

/** The parts of a request that are judged. */
export type Judged = Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'headersDistinct'>;

/** Methods whose requests may have content. Servers disagree on where a request with other methods ends. */
const withContent = new Set(['POST', 'PUT', 'PATCH']);

/** Headers that a request may contain once at most. */
const single = ['authorization', 'content-length', 'host', 'transfer-encoding'] as const;

/**
 * Returns why a request is ambiguous, as a sentence, or undefined if it is not.
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
