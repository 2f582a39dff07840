import type { FunctionRunnerServiceService } from '@crossplane-org/function-sdk-typescript';
import {
  status as codes,
  logVerbosity,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  setLogVerbosity,
} from '@grpc/grpc-js';
import { describeFailure } from '../contract/failure.ts';
import type { Log } from '../process/log.ts';
import { StartError } from '../process/start-error.ts';
import { listenOn } from './address.ts';
import { manageConnections } from './connections.ts';
import type { Handler } from './handler.ts';
import { createHealth } from './health.ts';
import { type Answer, answerBytes } from './net/answer.ts';
import type { Net } from './net/net.ts';
import { rawMethod } from './raw-method.ts';
import { type WatchedCredentials, watchCertificates } from './tls.ts';
import { warmUpTransport } from './warm-transport.ts';

export interface ServerOptions {
  /** `host:port`; `:port` is every interface, port 0 any free port. */
  address: string;
  /** Answers every call in the main thread, without bounds; for tests. */
  handler?: Handler | undefined;
  /** Answers the calls within bounds. Closed by the server. */
  net?: Net | undefined;
  log: Log;
  /** The folder with `tls.crt`, `tls.key` and `ca.crt`. Clients must have a certificate of that CA. */
  tlsDir?: string | undefined;
  /** Serves without TLS, to every client. For local use. */
  insecure?: boolean | undefined;
  /**
   * A request such as will come. The server sends it to itself before it listens, so that the first calls find
   * compiled code.
   */
  warmUp?: (() => Uint8Array | Promise<Uint8Array>) | undefined;
  /** Most bytes of request bodies that are held at a time, over all connections. */
  mostBodyBytes?: number | undefined;
  /** How often the certificate folder is read, in milliseconds. */
  certificatePollMs?: number | undefined;
}

export interface RunningServer {
  /** The `host:port` that is listened on, with the real port. */
  address: string;
  port: number;
  /**
   * Takes no more calls, lets those under way finish for at most `deadlineMs`, then ends them. Resolves when
   * every connection is closed.
   */
  drain(deadlineMs?: number): Promise<void>;
}

/** Crossplane's answers stay below what its own client takes; what it sends may be large. */
const LARGEST_MESSAGE = 64 * 1024 * 1024;
const MOST_CALLS_PER_CONNECTION = 256;
const CERTIFICATE_POLL_MS = 10_000;
const DRAIN_MS = 10_000;

const PATH: (typeof FunctionRunnerServiceService)['runFunction']['path'] =
  '/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction';
const SERVICE = 'apiextensions.fn.proto.v1.FunctionRunnerService';

/**
 * Serves the function over gRPC, with mutual TLS unless told otherwise, and with `grpc.health.v1.Health`.
 *
 * @throws StartError if the address cannot be listened on or the certificates cannot be used
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { net, log, warmUp } = options;
  const answer = answerBy(options);
  const candidates = listenOn(options.address);
  const { credentials, refuse, close: closeCertificates } = await openCredentials(options);
  // What goes wrong is in our own log, and in the error that is thrown.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    'grpc.max_receive_message_length': LARGEST_MESSAGE,
    'grpc.max_send_message_length': LARGEST_MESSAGE,
    'grpc.max_concurrent_streams': MOST_CALLS_PER_CONNECTION,
    // Bookkeeping for a debugging service that is not served.
    'grpc.enable_channelz': 0,
  });
  const health = createHealth([SERVICE]);
  server.addService(health.definition, health.implementation);
  server.addService({ runFunction: rawMethod(PATH, false) }, { runFunction: runFunction(answer, log) });

  try {
    if (warmUp !== undefined) await warmUpTransport(server, PATH, await warmUp());
    const bound = await bind(server, candidates, credentials);
    const connections = manageConnections(server, refuse, log, options.mostBodyBytes);
    health.serving();
    net?.warm();
    return {
      ...bound,
      drain: async (deadlineMs = DRAIN_MS) => {
        closeCertificates();
        health.stopping();
        await shutDown(server, deadlineMs, () => connections.destroy());
        await net?.close();
      },
    };
  } catch (error) {
    closeCertificates();
    server.forceShutdown();
    await net?.close();
    throw error;
  }
}

async function openCredentials(options: ServerOptions): Promise<WatchedCredentials> {
  const { insecure = false, tlsDir, log, certificatePollMs = CERTIFICATE_POLL_MS } = options;
  if (insecure)
    return { credentials: ServerCredentials.createInsecure(), refuse: () => undefined, close: () => {} };
  if (tlsDir === undefined || tlsDir === '') {
    throw new StartError(
      'no certificate folder given; without TLS the server starts only if told to be insecure',
    );
  }
  return await watchCertificates(tlsDir, certificatePollMs, log);
}

function answerBy({ net, handler }: ServerOptions): (bytes: Uint8Array) => Promise<Answer> {
  if (net) return net.answer;
  if (!handler) throw new Error('neither a net nor a handler');
  return async (bytes) => answerBytes(bytes, handler);
}

/** Answers calls. A bug is a fatal result, not a gRPC error: Crossplane shows results, and retries errors. */
function runFunction(answer: (bytes: Uint8Array) => Promise<Answer>, log: Log) {
  return ({ request }: ServerUnaryCall<Buffer, Buffer>, reply: sendUnaryData<Buffer>): void => {
    const bytes = request.length;
    answer(request)
      .then((it) => {
        if ('refused' in it) {
          reply({ code: codes.RESOURCE_EXHAUSTED, details: it.refused });
        } else if ('problem' in it) {
          const { problem } = it;
          log.warn({ problem, bytes }, 'Refused a request that is not a RunFunctionRequest');
          reply({ code: codes.INVALID_ARGUMENT, details: `not a RunFunctionRequest: ${problem}` });
        } else {
          if (it.failure) log.error(it.failure, 'The function failed');
          reply(null, asBuffer(it.bytes));
        }
      })
      .catch((error: unknown) => {
        log.error(describeFailure(error), 'The function failed');
        reply({ code: codes.INTERNAL, details: 'the function failed' });
      });
  };
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Binds to the first of the addresses that can be. */
async function bind(
  server: Server,
  candidates: readonly string[],
  credentials: ServerCredentials,
): Promise<{ address: string; port: number }> {
  let problem = '';
  for (const candidate of candidates) {
    const result = await tryBind(server, candidate, credentials);
    if (typeof result === 'number') {
      return { address: `${candidate.slice(0, candidate.lastIndexOf(':'))}:${result}`, port: result };
    }
    problem = result;
    if (!/EAFNOSUPPORT|EADDRNOTAVAIL/.test(problem)) break;
  }
  throw new StartError(`cannot listen on ${candidates.at(-1)}: ${problem}`);
}

/** The port, or why there is none. */
function tryBind(server: Server, address: string, credentials: ServerCredentials): Promise<number | string> {
  return new Promise((resolve) => {
    server.bindAsync(address, credentials, (error, port) => {
      resolve(error === null ? port : reasonOf(error.message));
    });
  });
}

/** What grpc-js wraps in words about its own address lists. */
function reasonOf(message: string): string {
  const reason = /errors: \[(?<reason>.*)\]$/.exec(message)?.groups?.['reason'] ?? message;
  return /EADDRINUSE/.test(reason) ? `the port is in use (${reason})` : reason;
}

async function shutDown(server: Server, deadlineMs: number, destroy: () => void): Promise<void> {
  const timer = setTimeout(destroy, deadlineMs);
  await new Promise<void>((resolve) => {
    server.tryShutdown(() => resolve());
  });
  clearTimeout(timer);
}
