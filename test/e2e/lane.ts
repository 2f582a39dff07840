import type { FromLane, ToLane } from './lanes.ts';
import { type Pass, type PassOptions, runPass } from './pass.ts';
import { scenarios } from './scenarios/index.ts';
import type { Turn, Turns } from './turns.ts';

/** A lane's process: runs its passes one after the other and tells what became of them. */
const tell = (message: FromLane) => new Promise((resolve) => process.send?.(message, resolve));

const begins = new Map<number, () => void>();
let asked = 0;
const inTurn =
  (turn: Turn) =>
  async <T>(run: () => Promise<T>): Promise<T> => {
    const id = asked++;
    await new Promise<void>((resolve) => {
      begins.set(id, resolve);
      void tell({ ask: turn, id });
    });
    return run().finally(() => void tell({ end: turn }));
  };
const turns: Turns = { shared: inTurn('shared'), alone: inTurn('alone') };

process.once('disconnect', () => process.exit(1));
process.on('message', (message: ToLane) => {
  if ('begin' in message) begins.get(message.begin)?.();
  else void run(message.run, message.options);
});

async function run(passes: Pass[], options: PassOptions): Promise<void> {
  for (const pass of passes) {
    const chosen = scenarios.filter(({ name }) => pass.scenarios.includes(name));
    const outcomes = await runPass(pass, chosen, options, turns);
    for (const outcome of outcomes) await tell({ outcome });
    if (options.keep && outcomes.some(({ error }) => error)) break;
  }
  process.disconnect();
  process.exit(0);
}
