import fc from 'fast-check';
import { endlessHead, floodOf, postOf } from './flood.ts';

/** Where a server is flooded. */
export interface Flooded {
  port: number;
  /** A path that needs no token. */
  health: string;
  /** A path whose requests are not answered, or not soon. */
  hold: string;
  /** Requests with an answer that is not read. */
  unread?: { request: string; count: number };
  /** A header with the token, if there is one. */
  bearer: string;
}

type Pour = [connections: number, bytes: (index: number) => readonly (string | Buffer)[]];

/** Every kind of flood that a client can cause. */
const floodsAt = ({
  health,
  hold,
  unread = { request: '', count: 0 },
  bearer,
}: Flooded): Record<string, Pour> => {
  const head = (line: string) => `${line} HTTP/1.1\r\nhost: localhost\r\n`;
  const pieces = Array<string>(3).fill('1\r\nx\r\n'.repeat(10_000));
  const json = 'content-type: application/json\r\n';
  return {
    'content without a token': [60, () => postOf(hold, 8, json)],
    'content with the token': [100, () => postOf(hold, 8, bearer + json)],
    'content in tiny pieces without a token': [
      100,
      () => [`${head(`POST ${hold}`)}${json}transfer-encoding: chunked\r\n\r\n`, ...pieces],
    ],
    'content in tiny pieces with the token': [
      100,
      () => [`${head(`POST ${hold}`)}${bearer}${json}transfer-encoding: chunked\r\n\r\n`, ...pieces],
    ],
    'content that never ends': [
      300,
      () => [`${head(`POST ${hold}`)}${bearer}${json}content-length: 100000\r\n\r\n{`],
    ],
    'a thousand requests at once': [100, () => [`${head(`GET ${health}`)}\r\n`.repeat(1000)]],
    'two hundred requests at once': [300, () => [`${head(`GET ${health}`)}\r\n`.repeat(200)]],
    'requests without a host': [200, () => ['GET / HTTP/1.1\r\n\r\n'.repeat(2000)]],
    'requests with an expectation': [
      200,
      () => [`${head(`GET ${health}`)}expect: 100-continue\r\n\r\n`.repeat(500)],
    ],
    'large heads': [300, () => [`${head(`GET ${hold}`)}${`x: ${'y'.repeat(1000)}\r\n`.repeat(15)}\r\n`]],
    'many headers': [300, () => [`${head(`GET ${hold}`)}${bearer}${'a:b\r\n'.repeat(2500)}\r\n`]],
    'heads that never end': [500, endlessHead],
    'connections without a request': [1500, () => []],
    'answers that are not read': [unread.count, () => [unread.request]],
    'no HTTP': [200, (index) => [String.fromCharCode(index % 256).repeat(20_000)]],
  };
};

/**
 * Pours all floods in an order that the seed decides, while `served` must succeed after each and after all of them.
 * FUZZ_RUNS says how many times, each in another order.
 */
export async function pourAll(flooded: Flooded, served: () => Promise<void>): Promise<void> {
  const rounds = Number(process.env['FUZZ_RUNS'] ?? 1);
  const floods = floodsAt(flooded);
  const names = Object.keys(floods);
  const orders = fc.shuffledSubarray(names, { minLength: names.length });
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      {
        await using flood = floodOf(flooded.port);
        for (const name of order) {
          flood.pour(...(floods[name] ?? [0, () => []]));
          await served();
        }
      }
      await served();
    }),
    { numRuns: rounds, endOnFailure: true },
  );
}
