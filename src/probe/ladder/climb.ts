import type { Check } from '../../contract/targets.ts';
import type { Report, Rung } from '../check.ts';
import { Failure } from './failure.ts';

const deadlines = {
  dns: 'DNSFailed',
  tcp: 'ConnectTimeout',
  tls: 'Timeout',
  auth: 'Timeout',
  query: 'Timeout',
} as const;

/**
 * The progress of one check: the current rung, the duration of each rung, and the deadline of the current one. Its
 * signal aborts at that deadline, or when the caller's signal aborts.
 */
export class Climb {
  readonly #timeouts: Check['timeouts'];
  readonly #caller: AbortSignal;
  readonly #stop = new AbortController();
  readonly #taken: Partial<Record<Rung, number>> = {};
  #rung: Rung | undefined;
  #began = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeouts: Check['timeouts'], caller: AbortSignal) {
    this.#timeouts = timeouts;
    this.#caller = caller;
    if (caller.aborted) this.#giveUp();
    else caller.addEventListener('abort', this.#giveUp);
  }

  /** Its reason is a {@link Failure}. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Leaves the current rung and begins the next one, or the same one again. Its deadline starts now. */
  enter(rung: Rung): void {
    // A driver may call this while its connection is being closed.
    if (this.signal.aborted) return;
    this.#leave();
    this.#rung = rung;
    this.#began ||= this.#since;
    const seconds = rung === 'query' ? this.#timeouts.query : this.#timeouts.connect;
    this.#timer = setTimeout(() => this.#stop.abort(new Failure(deadlines[rung])), seconds * 1000);
  }

  /** Settles as the work does, or rejects if the check is stopped first. */
  async until<T>(work: Promise<T>): Promise<T> {
    const stopped = Promise.withResolvers<never>();
    const stop = () => stopped.reject(this.signal.reason);
    if (this.signal.aborted) stop();
    else this.signal.addEventListener('abort', stop);
    try {
      return await Promise.race([work, stopped.promise]);
    } finally {
      this.signal.removeEventListener('abort', stop);
    }
  }

  /** Stops all timers and everything that waits for the signal. No rung can begin afterwards. */
  end(): Omit<Report, 'reason'> {
    this.#leave();
    this.#caller.removeEventListener('abort', this.#giveUp);
    this.#giveUp();
    const rungs: Report['rungs'] = {};
    for (const rung of Object.keys(this.#taken) as Rung[]) rungs[rung] = Math.round(this.#taken[rung] ?? 0);
    return { latencyMs: this.#began ? Math.round(this.#since - this.#began) : 0, rungs };
  }

  #leave(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    if (this.#rung) this.#taken[this.#rung] = (this.#taken[this.#rung] ?? 0) + now - this.#since;
    this.#rung = undefined;
    this.#since = now;
  }

  readonly #giveUp = (): void => this.#stop.abort(new Failure('Timeout'));
}
