import { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { type ChannelCredentials, Client, credentials, type ServiceError } from '@grpc/grpc-js';

export const RUN_FUNCTION = '/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction';

const LARGE = 256 * 1024 * 1024;

/** The result of a call: a response, or the gRPC code and the message of an error. */
export type Reply = { ok: true; response: Buffer } | { ok: false; code: number; details: string };

/** A client with a separate connection that sends and receives bytes. */
export interface ByteClient extends Disposable {
  send(path: string, message: Uint8Array): Promise<Reply>;
  run(request: Partial<RunFunctionRequest>): Promise<RunFunctionResponse>;
}

/** A request with the given fields only. */
export function requestOf(parts: Partial<RunFunctionRequest>): RunFunctionRequest {
  return { ...RunFunctionRequest.decode(new Uint8Array()), ...parts };
}

/** Connects to `address`. Uses TLS only if there are credentials. */
export function connect(
  address: string,
  channel: ChannelCredentials = credentials.createInsecure(),
): ByteClient {
  const client = new Client(address, channel, {
    'grpc.max_receive_message_length': LARGE,
    'grpc.max_send_message_length': LARGE,
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
  });
  const asIs = (bytes: Buffer): Buffer => bytes;
  const send = (path: string, message: Uint8Array): Promise<Reply> =>
    new Promise((resolve) => {
      const done = (error: ServiceError | null, response?: Buffer): void => {
        if (error !== null) resolve({ ok: false, code: error.code, details: error.details });
        else resolve({ ok: true, response: response ?? Buffer.alloc(0) });
      };
      client.makeUnaryRequest(
        path,
        asIs,
        asIs,
        Buffer.from(message),
        { deadline: Date.now() + 60_000 },
        done,
      );
    });
  return {
    send,
    run: async (request) => {
      const reply = await send(RUN_FUNCTION, RunFunctionRequest.encode(requestOf(request)).finish());
      if (!reply.ok) throw new Error(`gRPC ${reply.code}: ${reply.details}`);
      return RunFunctionResponse.decode(reply.response);
    },
    [Symbol.dispose]: () => client.close(),
  };
}
