import { stringAt } from '../contract/observed.ts';
import type { ReadText } from '../contract/selector.ts';
import { runFunction } from '../function/run-function.ts';
import type { Log } from '../process/log.ts';
import { release } from '../process/release.ts';
import type { Handler } from './server.ts';

/** The function with what it takes from the outside: the time, and what it says of its release. */
export const createHandler = (log: Pick<Log, 'debug'>, rendererImage?: string, read?: ReadText): Handler => {
  const context = { release: rendererImage ? { ...release, rendererImage } : release, ...(read && { read }) };
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
