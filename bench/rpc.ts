import { type ClientHttp2Session, connect } from 'node:http2';

const PATH = '/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction';
/** As Crossplane's Go client widens it: the client is not what is measured. */
const WINDOW = 4 * 1024 * 1024;

/** One connection that sends requests and receives responses as bytes: nothing is encoded while time is taken. */
export interface RawClient {
  call(frame: Buffer): Promise<Buffer>;
  close(): void;
}

/** A message with gRPC's five bytes before it. */
export function frameOf(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

/** Connects to a port of this machine; resolves when the server has answered, rejects when it does not listen. */
export async function openClient(port: number): Promise<RawClient> {
  const session = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: WINDOW } });
  await new Promise<void>((resolve, reject) => {
    session.once('remoteSettings', () => resolve());
    session.once('error', reject);
  });
  session.setLocalWindowSize(WINDOW);
  return { call: (frame) => call(session, frame), close: () => session.close() };
}

function call(session: ClientHttp2Session, frame: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': PATH,
      'content-type': 'application/grpc+proto',
      te: 'trailers',
    });
    const parts: Buffer[] = [];
    let status = '';
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('response', (headers) => {
      status = String(headers['grpc-status'] ?? '');
    });
    stream.on('trailers', (trailers) => {
      status = String(trailers['grpc-status']);
    });
    stream.on('error', reject);
    stream.on('end', () => {
      if (status === '0') resolve(Buffer.concat(parts).subarray(5));
      else reject(new Error(`the call ended with gRPC status ${status || 'unknown'}`));
    });
    stream.end(frame);
  });
}
