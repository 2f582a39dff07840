import type { Http2Server, ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import type { Log } from '../../process/log.ts';

/** gRPC's code: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const RESOURCE_EXHAUSTED = '8';

interface Body {
  bytes: number;
  /** Whether more of it may come. */
  receiving: boolean;
}

/** Bounds the request bodies of all connections together. */
export interface Bodies {
  watch: (server: Http2Server) => void;
  /** Bytes of the bodies of all calls that are not over. */
  bytes: () => number;
}

/**
 * Counts bodies as they arrive, because grpc-js keeps a whole message before anybody can judge it. Above `most` bytes
 * the largest body that is still arriving is refused, so that a small call is not refused for the sake of large ones.
 */
export const createBodies = (most: number, log: Pick<Log, 'warn'>): Bodies => {
  const bodies = new Map<ServerHttp2Stream, Body>();
  let sum = 0;

  const forget = (stream: ServerHttp2Stream): void => {
    const body = bodies.get(stream);
    if (!body) return;
    bodies.delete(stream);
    sum -= body.bytes;
  };
  const refuseLargest = (): void => {
    let largest: [ServerHttp2Stream, Body] | undefined;
    for (const entry of bodies)
      if (entry[1].receiving && entry[1].bytes > (largest?.[1].bytes ?? -1)) largest = entry;
    if (!largest) return;
    const [stream, { bytes }] = largest;
    log.warn({ bytes, sum, most }, 'Refused the largest of the requests that are arriving');
    forget(stream);
    refuse(stream);
  };

  return {
    watch: (server) => {
      // before the listener of grpc-js, so that every chunk is counted before it is kept
      server.prependListener('stream', (stream) => {
        const body: Body = { bytes: 0, receiving: true };
        bodies.set(stream, body);
        stream.on('data', ({ length }: Buffer) => {
          if (!bodies.has(stream)) return;
          body.bytes += length;
          sum += length;
          while (sum > most && [...bodies.values()].some(({ receiving }) => receiving)) refuseLargest();
        });
        stream.once('end', () => {
          body.receiving = false;
        });
        stream.once('close', () => forget(stream));
      });
    },
    bytes: () => sum,
  };
};

const refuse = (stream: ServerHttp2Stream): void => {
  if (stream.destroyed) return;
  if (!stream.headersSent)
    stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': RESOURCE_EXHAUSTED,
        'grpc-message': 'too many large requests arrive at once',
      },
      { endStream: true },
    );
  stream.close(constants.NGHTTP2_NO_ERROR);
};
