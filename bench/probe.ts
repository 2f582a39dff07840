/**
 * `npm run bench:probe`: the probe against a thousand targets of which a tenth is dead, with a real PostgreSQL
 * behind the others. Time is compressed: the interval is a tenth of the default, and what a check costs is then
 * spread over the default again.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { probeWorld } from './probe-world.ts';
import { memoryOf } from './processes.ts';

const defaultInterval = 300;
/** A period is at most a tenth shorter than the interval, and half of that on average. */
const meanPeriod = 0.95;

const { values } = parseArgs({
  options: {
    targets: { type: 'string', default: '1000' },
    interval: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '100' },
  },
});
const [count, interval, seconds] = [Number(values.targets), Number(values.interval), Number(values.seconds)];

const say = (text: string): void => void process.stderr.write(`${text}\n`);

interface Sample {
  at: number;
  /** Seconds of a processor so far. */
  cpu: number;
  checks: number;
}

/** What a probe has spent of a core between two samples. */
const share = (a: Sample, b: Sample): number => (b.cpu - a.cpu) / ((b.at - a.at) / 1000);

interface Row {
  what: string;
  value: string;
  limit?: string;
  ok?: boolean;
}

say('building, and starting PostgreSQL and an API server');
await using world = await probeWorld(count, interval);
const { probe, cluster } = world;
const sample = async (): Promise<Sample> => {
  const text = await world.scrape();
  const sum = (name: string): number =>
    text
      .split('\n')
      .filter((line) => line.startsWith(name))
      .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  return {
    at: performance.now(),
    cpu: sum('process_cpu_seconds_total '),
    checks: sum('mcp_probe_checks_total{'),
  };
};

const started = performance.now();
await probe.until(async () => world.verdicts().known === count, 120);
const allKnown = (performance.now() - started) / 1000;
say(
  `all ${count} are known after ${allKnown.toFixed(1)} s; now ${seconds} s at an interval of ${interval} s`,
);
await wait(interval * 1000);
const [from, writesBefore] = [await sample(), cluster.writes.length];
await wait(seconds * 1000);
const [to, writesAfter] = [await sample(), cluster.writes.length];
const memory = await memoryOf(probe.pid);
const { wrong } = world.verdicts();

say('20 s with nothing due');
await world.setInterval(36_000);
await wait((interval + 5) * 1000);
const idleFrom = await sample();
await wait(20_000);
const idle = share(idleFrom, await sample());

const perSecond = (to.checks - from.checks) / ((to.at - from.at) / 1000);
const perCheck = (share(from, to) - idle) / perSecond;
const extrapolated = idle + (perCheck * count) / (defaultInterval * meanPeriod);
const gaps = world.doors.flatMap(({ arrivals }) => {
  const times = arrivals.filter((at) => at >= from.at - interval * 1000 && at <= to.at);
  return times.slice(1).map((at, index) => (at - (times[index] ?? at)) / 1000);
});
const longest = Math.max(...gaps);
const most = Math.max(...world.doors.map((door) => door.most()));

const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
const rows: Row[] = [
  { what: 'targets, of which dead', value: `${count}, ${count / 10}` },
  { what: 'all known after the start', value: `${allKnown.toFixed(1)} s` },
  { what: 'verdicts that are wrong', value: String(wrong), limit: '0', ok: wrong === 0 },
  { what: 'resident', value: `${memory.resident.toFixed(0)} MiB` },
  {
    what: 'most resident',
    value: `${memory.peak.toFixed(0)} MiB`,
    limit: '< 128 MiB',
    ok: memory.peak < 128,
  },
  { what: `checks a second, at an interval of ${interval} s`, value: perSecond.toFixed(1) },
  { what: 'of a core, at that interval', value: percent(share(from, to)) },
  { what: 'of a core, with nothing due', value: percent(idle) },
  { what: 'processor time of a check', value: `${(perCheck * 1000).toFixed(2)} ms` },
  {
    what: `of a core, at ${defaultInterval} s`,
    value: percent(extrapolated),
    limit: '< 5 %',
    ok: extrapolated < 0.05,
  },
  {
    what: 'longest time between two checks of a target',
    value: `${longest.toFixed(1)} s`,
    limit: `≤ ${(interval * 1.1).toFixed(0)} s`,
    ok: longest <= interval * 1.1,
  },
  { what: 'connections to one target at a time', value: String(most), limit: '1', ok: most === 1 },
  { what: `writes in ${seconds} s`, value: String(writesAfter - writesBefore) },
];
const width = Math.max(...rows.map(({ what }) => what.length));
for (const { what, value, limit = '', ok } of rows) {
  const verdict = ok === undefined ? '' : ok ? 'ok' : 'MISSED';
  const line = [what.padEnd(width), value.padStart(12), limit.padStart(10), verdict].join('  ');
  process.stdout.write(`${line.trimEnd()}\n`);
}
process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
