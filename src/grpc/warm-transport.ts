import { type ClientHttp2Session, connect } from 'node:http2';
import { duplexPair } from 'node:stream';
import { type Server, ServerCredentials } from '@grpc/grpc-js';

/** After so many calls the code of a call has been compiled; nobody waits longer for it than so many milliseconds. */
const MOST_CALLS = 60;
const LONGEST_MS = 150;

/**
 * Sends a request again and again through all of a server, over a connection in memory that nobody else can
 * reach. The first calls of a fresh process would otherwise run its code uncompiled.
 */
export async function warmUpTransport(server: Server, path: string, message: Uint8Array): Promise<void> {
  const [near, far] = duplexPair();
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  injector.injectConnection(far);
  const session = connect('http://warm-up.invalid', { createConnection: () => near });
  session.on('error', () => {});
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  const deadline = performance.now() + LONGEST_MS;
  for (let calls = 0; calls < MOST_CALLS && performance.now() < deadline; calls++) {
    await call(session, path, frame);
  }
  session.destroy();
  injector.destroy();
}

/** One call; its answer is of no interest. */
function call(session: ClientHttp2Session, path: string, frame: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc+proto',
      te: 'trailers',
    });
    stream.on('error', () => {});
    stream.once('close', () => resolve());
    stream.resume();
    stream.end(frame);
  });
}
