import { stringAt } from '../contract/observed.ts';
import { type Context, runFunction } from '../function/run-function.ts';
import { createLog, type Log } from '../process/log.ts';
import { release } from '../process/release.ts';
import { serve } from './serve.ts';
import type { Handler } from './server.ts';
import { warmUpRequest } from './warm-up.ts';

/** How the function is served. */
export interface RunOptions {
  address: string;
  insecure: boolean;
  tlsDir: string | undefined;
  /** Overrides the image of the init container for every Instance; the platform's settings override it. */
  rendererImage: string | undefined;
  debug: boolean;
}

/** Serves until told to stop. Resolves to the exit code. */
export const runServer = ({
  address,
  insecure,
  tlsDir,
  rendererImage,
  debug,
}: RunOptions): Promise<number> => {
  const log = createLog({ level: debug ? 'debug' : 'info' });
  const handler = createHandler(log, rendererImage);
  return serve({
    address,
    insecure,
    tlsDir,
    log,
    handler,
    warmUp: debug ? undefined : () => warmUpRequest(handler),
  });
};

/** Most failures of Resources that one call writes to the log. */
const mostLogged = 10;

/** The function with what it takes from the outside: the time, and what it says of its release. */
export const createHandler = (log: Pick<Log, 'debug' | 'error'>, rendererImage?: string): Handler => {
  const context: Omit<Context, 'now'> = {
    release: rendererImage ? { ...release, rendererImage } : release,
    report: (failures) => {
      for (const failure of failures.slice(0, mostLogged)) log.error(failure, 'A Resource met a bug');
    },
  };
  return (request) => {
    const response = runFunction(request, { ...context, now: Date.now() });
    const xr = request.observed?.composite?.resource;
    log.debug(
      {
        kind: stringAt(xr, 'kind'),
        namespace: stringAt(xr, 'metadata', 'namespace'),
        name: stringAt(xr, 'metadata', 'name'),
        desired: Object.keys(response.desired?.resources ?? {}).length,
        required: Object.keys(response.requirements?.resources ?? {}).length,
        ttl: response.meta?.ttl?.seconds,
      },
      'Answered a call',
    );
    return response;
  };
};
