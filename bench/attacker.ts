import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  RunFunctionRequest as Requests,
  type RunFunctionRequest,
  RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import { createAuthority } from '../lab/backends/certificates.ts';
import { settle } from '../src/simulate/reconcile.ts';
import { timed, timings } from './measure.ts';
import { type Entry, memoryOf, type Served, startFunction } from './processes.ts';
import type { Line } from './report.ts';
import { frameOf, type RawClient } from './rpc.ts';
import type { SteadyState } from './steady-state.ts';
import { api } from './tenants/api.ts';
import { type TenantOf, tenant } from './tenants/tenant.ts';

const VICTIM = 'tas-acme';
const ATTACKER = 'tas-evil';
/** Calls of the attacker that are under way at a time: Crossplane reconciles ten of a kind by default. */
const IN_FLIGHT = 10;
/** Longest that the victim's call may wait for the attacker, in milliseconds. */
const LONGEST_WAIT = 100;
/** Memory limit of the function's container, in MiB. */
const MEMORY_LIMIT = 1024;
const KiB = 1024;

const tiny = JSON.stringify({ openapi: '3.1.0', info: {}, paths: { '/a': { get: { operationId: 'a' } } } });

/** APIs whose documents and authorities an attacker writes. */
const hostileApi: TenantOf = {
  ...api,
  spec: (name) => ({
    baseUrl: `https://${name}.tas-acme.svc.cluster.local/base`,
    openapi: { configMap: `${name}-document`, key: 'document' },
    caRef: { kind: 'ConfigMap', name: `${name}-document`, key: 'ca' },
  }),
};

/** What the ConfigMap of each API holds; `round` makes each call's another. */
interface Attack {
  what: string;
  resources: number;
  data: (round: number, index: number) => Record<string, string>;
}

const fill = (bytes: number, piece: (index: number) => string): string => {
  const pieces: string[] = [];
  for (let index = 0, length = 0; length < bytes; index++) {
    const next = piece(index);
    pieces.push(next);
    length += next.length;
  }
  return pieces.join('');
};

/** A YAML map of many keys. */
const manyKeys = (bytes: number, seed: string): string =>
  `openapi: "3.1.0"\npaths: {}\nx-${seed}:\n${fill(bytes, (index) => `  k${index}: 1\n`)}`;
/** A YAML list of many items. */
const longList = (bytes: number, seed: string): string =>
  `openapi: "3.1.0"\npaths: {}\nx-${seed}:\n${fill(bytes, () => '- a\n')}`;
/** A large value where a word belongs, referred to many times. */
const largeWord = (bytes: number, seed: string): string => {
  const name = { x: seed.padEnd(bytes / 2, '-') };
  const parameters = Array.from({ length: bytes / 80 }, () => ({ $ref: '#/components/parameters/p' }));
  return JSON.stringify({
    openapi: '3.1.0',
    paths: { '/a': { get: { parameters } } },
    components: { parameters: { p: { name, in: 'query', schema: { type: name } } } },
  });
};

const attacks = (certificate: string): readonly Attack[] => [
  ...[manyKeys, longList, largeWord].map((write) => ({
    what: `${write.name}, one of 256 KiB`,
    resources: 1,
    data: (round: number, index: number) => ({ document: write(256 * KiB, `${round}-${index}`) }),
  })),
  {
    what: '500 documents, 60 MiB',
    resources: 500,
    data: (round, index) => ({ document: manyKeys(120 * KiB, `${round}-${index}`) }),
  },
  {
    what: '100 authorities of 200 certificates',
    resources: 100,
    data: (round, index) => ({ document: tiny, ca: `# ${round}-${index}\n${certificate.repeat(200)}` }),
  },
  {
    what: 'one body of 900 KiB, of small values',
    resources: 1,
    data: (round) =>
      Object.fromEntries([
        ['document', tiny],
        ...Array.from({ length: 30_000 }, (_, key) => [`k${key}`, `${round}`]),
      ]),
  },
];

/** Requests of the attacker's Instance, once it has come to rest with harmless documents. */
async function requestOf(client: RawClient, count: number): Promise<RunFunctionRequest> {
  const run = async (request: RunFunctionRequest): Promise<RunFunctionResponse> =>
    RunFunctionResponse.decode(await client.call(frameOf(Requests.encode(request).finish())));
  const world = tenant(hostileApi, count);
  const documents = Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${nameOf(world, index)}-document`, namespace: VICTIM },
    data: { document: tiny, ca: '' },
  }));
  const all = { ...world, objects: [...world.objects, ...documents] };
  const moved = JSON.parse(JSON.stringify(all).replaceAll(VICTIM, ATTACKER)) as typeof all;
  return (await settle(run, moved)).request;
}

const nameOf = ({ objects }: ReturnType<typeof tenant>, index: number): string =>
  String(
    (
      objects.filter(
        ({ kind }) => kind === hostileApi.type.resource.kind || kind === `X${hostileApi.type.resource.kind}`,
      )[index]?.metadata as { name?: string } | undefined
    )?.name,
  );

function armed(request: RunFunctionRequest, { data }: Attack, round: number): Buffer {
  const copy = Requests.decode(Requests.encode(request).finish());
  let index = 0;
  for (const { items } of Object.values(copy.requiredResources))
    for (const { resource } of items)
      if (resource?.['kind'] === 'ConfigMap' && String(resource['metadata']?.name).endsWith('-document'))
        resource['data'] = data(round, index++);
  const instance = copy.observed?.composite?.resource;
  if (instance) {
    const name = `${String(instance['metadata']?.name)}-${round % IN_FLIGHT}`;
    instance['metadata'] = { ...instance['metadata'], name };
    if (instance['spec']?.claimRef) instance['spec'].claimRef.name = name;
  }
  return frameOf(Requests.encode(copy).finish());
}

/** The victim's p99 beside each attack, over its p99 alone. */
export async function besideAttackers(entry: Entry, { frame }: SteadyState, calls: number): Promise<Line[]> {
  await using served = await startFunction(entry);
  const folder = await mkdtemp(join(tmpdir(), 'function-mcp-bench-'));
  const { certificate } = await createAuthority(folder);
  const pem = await readFile(certificate, 'utf8');
  await rm(folder, { recursive: true, force: true });
  for (let call = 0; call < 500; call++) await served.client.call(frame);
  const lines: Line[] = [];
  for (const attack of attacks(pem)) {
    const request = await requestOf(served.client, attack.resources);
    const frames = Array.from({ length: attack.resources > 50 ? 2 : IN_FLIGHT }, (_, round) =>
      armed(request, attack, round),
    );
    // just before, as the machine may have other work
    const alone = await latency(served, frame, calls);
    const beside = await underAttack(served, frames, () => latency(served, frame, calls));
    lines.push({
      what: `p99 beside an attacker over alone: ${attack.what}`,
      unit: 'ms',
      floor: alone,
      ours: beside,
      ratio: beside / alone,
      target: { most: alone + LONGEST_WAIT, of: 'ours' },
    });
  }
  const { peak } = await memoryOf(served.pid);
  lines.push({
    what: 'most resident beside the attackers',
    unit: 'MiB',
    ours: peak,
    target: { most: MEMORY_LIMIT, of: 'ours' },
  });
  return lines;
}

async function latency({ client }: Served, frame: Buffer, calls: number): Promise<number> {
  const durations: number[] = [];
  for (let call = 0; call < calls; call++) durations.push(await timed(() => client.call(frame)));
  return timings(durations).p99;
}

async function underAttack<T>(
  { port }: Served,
  frames: readonly Buffer[],
  measure: () => Promise<T>,
): Promise<T> {
  const workerData = { port, frames, inFlight: IN_FLIGHT };
  const attacker = new Worker(new URL('./attacker-client.ts', import.meta.url), { workerData });
  await once(attacker, 'online');
  try {
    return await measure();
  } finally {
    await attacker.terminate();
  }
}
