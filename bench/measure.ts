/** Durations of one kind of call, in milliseconds. */
export interface Timings {
  p50: number;
  p99: number;
  mean: number;
}

/** The value that a share of the sorted values is not above. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function timings(durations: readonly number[]): Timings {
  const sorted = durations.toSorted((a, b) => a - b);
  return {
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    mean: durations.reduce((sum, duration) => sum + duration, 0) / durations.length,
  };
}

export function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

/** How long something took, in milliseconds. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/**
 * Times two kinds of call in turns, so that what else the machine does meets both alike; which of them
 * goes first alternates, too.
 */
export async function inPairs(
  pairs: number,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<[Timings, Timings]> {
  const durations: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    const turns = pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const turn of turns) durations[turn].push(await timed(turn === 0 ? first : second));
  }
  return [timings(durations[0]), timings(durations[1])];
}

/** Calls per second with so many in flight. */
export async function throughput(
  call: () => Promise<unknown>,
  calls: number,
  inFlight: number,
): Promise<number> {
  let left = calls;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  const elapsed = await timed(() => Promise.all(Array.from({ length: inFlight }, worker)));
  return (calls / elapsed) * 1000;
}
