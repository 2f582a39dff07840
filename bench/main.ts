/** `npm run bench`: the function's speed and memory against those of a bare SDK function. */
import { build } from '../scripts/build.ts';
import { besideAttackers } from './attacker.ts';
import { inPairs, median, throughput, timed, timings } from './measure.ts';
import { type Options, readOptions } from './options.ts';
import {
  type Entry,
  floorEntry,
  idleMemory,
  memoryOf,
  ourEntry,
  type Served,
  startFunction,
} from './processes.ts';
import { asJson, asTable, type Line, passes } from './report.ts';
import type { RawClient } from './rpc.ts';
import { type SteadyState, steadyState } from './steady-state.ts';
import { api } from './tenants/api.ts';
import { dbhub } from './tenants/dbhub.ts';
import { search } from './tenants/search.ts';
import { storage } from './tenants/storage.ts';
import type { TenantOf } from './tenants/tenant.ts';

/** Server types whose calls are measured beside those of the first. */
const others: readonly TenantOf[] = [search, storage, api];

const WARM_UP_CALLS = 500;
const FIRST_CALLS = 20;
const IN_FLIGHT = 4;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function warm(client: RawClient, { frame }: SteadyState, calls = WARM_UP_CALLS): Promise<void> {
  for (let call = 0; call < calls; call++) await client.call(frame);
}

/** Latency and throughput of warm processes, for one size of tenant. */
async function warmCalls(
  { floor, ours, target = false }: { floor: Served; ours: Served; target?: boolean },
  state: SteadyState,
  options: Options,
): Promise<Line[]> {
  const { size, frame } = state;
  const callFloor = (): Promise<unknown> => floor.client.call(frame);
  const callOurs = (): Promise<unknown> => ours.client.call(frame);
  await warm(floor.client, state);
  await warm(ours.client, state);
  say(`${size}: ${options.pairs} pairs of calls`);
  const [theirs, own] = await inPairs(options.pairs, callFloor, callOurs);
  const p99: Line = { what: `p99, ${size}`, unit: 'ms', floor: theirs.p99, ours: own.p99 };
  if (target) p99.target = { most: 25, of: 'ours' };
  const perSecond = {
    floor: await throughput(callFloor, options.throughputCalls, IN_FLIGHT),
    ours: await throughput(callOurs, options.throughputCalls, IN_FLIGHT),
  };
  return [
    {
      what: `p50, ${size}`,
      unit: 'ms',
      floor: theirs.p50,
      ours: own.p50,
      ratio: own.p50 / theirs.p50,
      target: { most: 1.5, of: 'ratio' },
    },
    p99,
    {
      what: `throughput, ${size}, ${IN_FLIGHT} in flight`,
      unit: 'calls/s',
      ...perSecond,
      ratio: perSecond.ours / perSecond.floor,
    },
    { what: `request, ${size}`, unit: 'KiB', ours: state.requestBytes / 1024 },
    { what: `response, ${size}`, unit: 'KiB', ours: state.responseBytes / 1024 },
  ];
}

/** How a process begins: the time until it serves, and its first calls against its own steady state. */
async function fresh(entry: Entry, state: SteadyState, processes: number): Promise<Line[]> {
  say(`${processes} fresh processes`);
  const starts: number[] = [];
  const firsts: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < processes; round++) {
    await using served = await startFunction(entry);
    const call = (): Promise<number> => timed(() => served.client.call(state.frame));
    starts.push(served.startedIn);
    const first: number[] = [];
    for (let index = 0; index < FIRST_CALLS; index++) first.push(await call());
    await warm(served.client, state, 3000);
    const steady: number[] = [];
    for (let index = 0; index < 500; index++) steady.push(await call());
    firsts.push(timings(first).mean);
    ratios.push(timings(first).mean / timings(steady).mean);
  }
  return [
    { what: 'start to serving', unit: 'ms', ours: median(starts), target: { most: 400, of: 'ours' } },
    {
      what: `first ${FIRST_CALLS} calls, mean, ${state.size}`,
      unit: 'ms',
      ours: median(firsts),
    },
    {
      what: `first ${FIRST_CALLS} calls over the same process's steady state`,
      unit: '×',
      ours: median(ratios),
      target: { most: 2, of: 'ours' },
    },
  ];
}

/** What a process keeps of the memory after many calls of both sizes. */
async function memory(entry: Entry, states: readonly SteadyState[], calls: number): Promise<Line[]> {
  say(`memory: ${calls} calls`);
  const idle = await idleMemory();
  await using served = await startFunction(entry);
  let index = 0;
  const next = (): Promise<unknown> =>
    served.client.call((states[index++ % states.length] as SteadyState).frame);
  await throughput(next, calls, IN_FLIGHT);
  const after = await memoryOf(served.pid);
  return [
    { what: 'resident, idle Node with the SDK loaded', unit: 'MiB', ours: idle.resident },
    { what: `resident after ${calls} calls`, unit: 'MiB', ours: after.resident },
    { what: 'most resident meanwhile', unit: 'MiB', ours: after.peak },
    {
      what: `resident after ${calls} calls, over idle`,
      unit: 'MiB',
      ours: after.resident - idle.resident,
      // 64 for the main thread, and 64 for the worker that is kept warm
      target: { most: 128, of: 'ours' },
    },
  ];
}

async function main(options: Options): Promise<void> {
  const script = options.entry ?? (await build())[0]?.file;
  if (script === undefined) throw new Error('there is nothing to measure');
  const entry = ourEntry(script);
  const lines: Line[] = [];
  const states: SteadyState[] = [];
  {
    await using floor = await startFunction(floorEntry);
    await using ours = await startFunction(entry);
    for (const count of [10, 50]) {
      const state = await steadyState(ours.client, dbhub, count);
      states.push(state);
      lines.push(...(await warmCalls({ floor, ours, target: count === 50 }, state, options)));
    }
    for (const other of others) {
      const state = await steadyState(ours.client, other, 10);
      lines.push(...(await warmCalls({ floor, ours }, state, options)));
    }
  }
  lines.push(...(await fresh(entry, states[0] as SteadyState, options.freshProcesses)));
  say('a victim beside attackers');
  lines.push(...(await besideAttackers(entry, states[0] as SteadyState, options.attackedCalls)));
  lines.push(...(await memory(entry, states, options.memoryCalls)));
  process.stdout.write(`${options.json ? asJson(lines) : asTable(lines)}\n`);
  process.exitCode = lines.some((line) => passes(line) === false) ? 1 : 0;
}

await main(readOptions(process.argv.slice(2)));
