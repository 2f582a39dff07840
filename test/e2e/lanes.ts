import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Outcome } from './outcome.ts';
import { type Pass, type PassOptions, passName } from './pass.ts';
import { Queue, type Turn } from './turns.ts';

/** Passes that share nothing but the machine, each with a cluster of its own number. */
export interface Lane {
  cluster: number;
  passes: Pass[];
}

/** What a lane's process is told, and what it says. */
export type ToLane = { run: Pass[]; options: PassOptions } | { begin: number };
export type FromLane = { outcome: Outcome } | { ask: Turn; id: number } | { end: Turn };

/**
 * Runs the lanes side by side, a process each, which ends with this one. A lane that dies is a failed outcome.
 */
export async function runLanes(lanes: Lane[], options: PassOptions): Promise<Outcome[]> {
  const queue = new Queue();
  return (await Promise.all(lanes.map((lane) => runLane(lane, options, queue)))).flat();
}

async function runLane({ cluster, passes }: Lane, options: PassOptions, queue: Queue): Promise<Outcome[]> {
  const child = fork(join(import.meta.dirname, 'lane.ts'), {
    env: { ...process.env, FUNCTION_MCP_CLUSTER_NUMBER: String(cluster) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => console.log(line));
  }
  const outcomes: Outcome[] = [];
  const held: Turn[] = [];
  child.on('message', (message: FromLane) => {
    if ('outcome' in message) outcomes.push(message.outcome);
    if ('ask' in message) {
      queue.ask(message.ask, () => {
        held.push(message.ask);
        tell(child, { begin: message.id });
      });
    }
    if ('end' in message) {
      held.splice(held.indexOf(message.end), 1);
      queue.end(message.end);
    }
  });
  tell(child, { run: passes, options });
  const [code, signal] = await once(child, 'close');
  for (const turn of held) queue.end(turn);
  if (code !== 0) {
    const last = passes.at(-1);
    const pass = last ? passName(last) : '';
    const error = `its process ended with ${signal ?? code}`;
    outcomes.push({ pass, scenario: 'all', seconds: 0, steps: [], figures: [], error });
  }
  return outcomes;
}

const tell = (child: ChildProcess, message: ToLane) => {
  if (child.connected) child.send(message);
};
