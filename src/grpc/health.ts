import {
  status as codes,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { rawMethod } from './raw-method.ts';
import type { ServingStatus } from './wire/health.ts';

/** The health of the server, as `grpc.health.v1.Health` serves it. */
export interface Health {
  definition: ServiceDefinition;
  implementation: UntypedServiceImplementation;
  /** Reports that calls are answered from now on. */
  serving(): void;
  /** Reports that no call should be made any more, and ends every watch. */
  stopping(): void;
}

/** Google's protobuf runtime is loaded with the first check: Crossplane makes none. */
const codec = () => import('./wire/health.ts');

/** Health of the whole server (the empty name) and of the services named. */
export function createHealth(services: readonly string[]): Health {
  let status: ServingStatus = 2;
  let stopped = false;
  const watching = new Set<{ tell(status: ServingStatus): void; end(): void }>();
  const known = (service: string): boolean => service === '' || services.includes(service);

  const check = async (
    call: ServerUnaryCall<Buffer, Buffer>,
    reply: sendUnaryData<Buffer>,
  ): Promise<void> => {
    try {
      const { decodeHealthRequest, encodeHealthResponse } = await codec();
      const service = decodeHealthRequest(call.request);
      if (known(service)) reply(null, encodeHealthResponse(status));
      else reply({ code: codes.NOT_FOUND, details: 'unknown service' });
    } catch {
      reply({ code: codes.INVALID_ARGUMENT, details: 'the request is not a HealthCheckRequest' });
    }
  };

  const watch = async (stream: ServerWritableStream<Buffer, Buffer>): Promise<void> => {
    try {
      const { decodeHealthRequest, encodeHealthResponse, SERVICE_UNKNOWN } = await codec();
      const ours = known(decodeHealthRequest(stream.request));
      const watcher = {
        tell: (now: ServingStatus) => stream.write(encodeHealthResponse(ours ? now : SERVICE_UNKNOWN)),
        end: () => stream.end(),
      };
      watching.add(watcher);
      stream.on('cancelled', () => watching.delete(watcher));
      watcher.tell(status);
      if (stopped) watcher.end();
    } catch {
      stream.emit('error', {
        code: codes.INVALID_ARGUMENT,
        details: 'the request is not a HealthCheckRequest',
      });
    }
  };

  const change = (to: ServingStatus): void => {
    status = to;
    for (const watcher of watching) watcher.tell(to);
  };
  return {
    definition: {
      check: rawMethod('/grpc.health.v1.Health/Check', false),
      watch: rawMethod('/grpc.health.v1.Health/Watch', true),
    },
    implementation: {
      check: (call: Parameters<typeof check>[0], reply: Parameters<typeof check>[1]) =>
        void check(call, reply),
      watch: (stream: Parameters<typeof watch>[0]) => void watch(stream),
    },
    serving: () => change(1),
    stopping: () => {
      stopped = true;
      change(2);
      for (const watcher of watching) watcher.end();
      watching.clear();
    },
  };
}
