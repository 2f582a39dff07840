import type { Log } from '../../process/log.ts';
import type { Clock } from '../clock.ts';
import { createBackoff } from './backoff.ts';
import type { Answer, StatusApi } from './client.ts';

/** The API server, with back-off. A request that must not be sent now is undefined. */
export interface GuardedApi {
  get: (path: string) => Promise<Answer> | undefined;
  apply: (path: string, manager: string, object: object) => Promise<Answer> | undefined;
  /** Milliseconds until the next attempt makes sense. 0 when the current request has ended. */
  wait: () => number;
}

/** Adds a back-off to a client, and logs when the API server becomes unavailable and available again. */
export const guarded = (api: StatusApi, clock: Clock, log: Log, spread: number): GuardedApi => {
  const backoff = createBackoff(clock, spread);

  const ask = (request: () => Promise<Answer>): Promise<Answer> | undefined =>
    backoff.enter() ? request().then(leave) : undefined;

  const leave = (answer: Answer): Answer => {
    const since = backoff.closedSince();
    if (answer.kind === 'unavailable') {
      backoff.leave({ ok: false, ...(answer.retryAfter !== undefined && { retryAfter: answer.retryAfter }) });
      if (since === undefined) log.warn({ reason: answer.reason }, 'the API server does not answer');
    } else {
      backoff.leave({ ok: true });
      if (since !== undefined && backoff.closedSince() === undefined) {
        log.info({ seconds: Math.round((clock.now() - since) / 1000) }, 'the API server is available again');
      }
    }
    return answer;
  };

  return {
    get: (path) => ask(() => api.get(path)),
    apply: (path, manager, object) => ask(() => api.apply(path, manager, object)),
    wait: backoff.wait,
  };
};
