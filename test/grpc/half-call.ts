import { type ClientHttp2Session, connect } from 'node:http2';
import { RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { RUN_FUNCTION, requestOf } from '../../lab/clients/grpc.ts';

/** A call of which the server has seen the first half. */
export interface HalfCall {
  session: ClientHttp2Session;
  /** Sends the rest; gives the gRPC status that comes back. */
  finish(): Promise<number>;
  /** Resolves when the call is over, however it ends. */
  ended: Promise<unknown>;
}

/** Starts a call to the server on `port` of this machine, and stops in the middle of its request. */
export async function halfCall(port: number): Promise<HalfCall> {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  const stream = session.request({
    ':method': 'POST',
    ':path': RUN_FUNCTION,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('error', () => {});
  const message = RunFunctionRequest.encode(requestOf({ input: { text: 'x'.repeat(1000) } })).finish();
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  const ended = new Promise((resolve) => stream.once('close', resolve));
  const status = new Promise<number>((resolve) => {
    stream.once('trailers', (headers) => resolve(Number(headers['grpc-status'])));
  });
  stream.resume();
  await new Promise((resolve) => stream.write(frame.subarray(0, 500), resolve));
  // The answer to a ping comes after what was sent before it has been read.
  await new Promise((resolve) => session.ping(resolve));
  return {
    session,
    finish: () => {
      stream.end(frame.subarray(500));
      return status;
    },
    ended,
  };
}
