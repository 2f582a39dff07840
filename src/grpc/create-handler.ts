import { stringAt } from '../contract/observed.ts';
import type { ReadText } from '../contract/selector.ts';
import { type Context, runFunction } from '../function/run-function.ts';
import type { Log } from '../process/log.ts';
import { release } from '../process/release.ts';
import type { Handler } from './handler.ts';

/** Most failures of Resources that one call writes to the log. */
const mostLogged = 10;

/** The function with what it takes from the outside: the time, and what it says of its release. */
export const createHandler = (
  log: Pick<Log, 'debug' | 'error'>,
  rendererImage?: string,
  read?: ReadText,
): Handler => {
  const context: Omit<Context, 'now'> = {
    release: rendererImage ? { ...release, rendererImage } : release,
    ...(read && { read }),
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
