import { request } from 'node:http';
import { Readable } from 'node:stream';

/** `fetch` for plain HTTP with another Host header, which the built-in `fetch` does not allow. */
export function fetchAs(host: string): typeof fetch {
  return async (input, init) => {
    const asked = new Request(input, init);
    const headers = { ...Object.fromEntries(asked.headers), host };
    const body = asked.body ? Buffer.from(await asked.arrayBuffer()) : undefined;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        asked.url,
        { method: asked.method, headers, signal: asked.signal },
        (incoming) => {
          const status = incoming.statusCode ?? 500;
          const answer = [204, 304].includes(status) ? null : (Readable.toWeb(incoming) as ReadableStream);
          const fields = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
            values.map((value): [string, string] => [name, value]),
          );
          resolve(new Response(answer, { status, headers: fields }));
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  };
}
