import { ResourcePhase } from '../../src/contract/phase.ts';
import type { Answer, StatusApi } from '../../src/probe/cluster/client.ts';

/** Status fields that are lists with set semantics: each manager owns its own items. */
const sets = new Set(['selectedBy']);

const phases = new Set<string>(ResourcePhase.options);

type Status = Record<string, unknown>;

interface Stored {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; resourceVersion: number };
  status: Status;
  /** What each manager last applied. */
  managers: Map<string, Status>;
}

export interface Write {
  at: number;
  /** Name of the XR. */
  xr: string;
  manager: string;
  status: Status;
  /** Whether anything changed. */
  changed: boolean;
}

export interface FakeCluster extends StatusApi {
  /** Creates an XR without a status. */
  create: (xr: string, namespace?: string) => void;
  remove: (xr: string) => void;
  statusOf: (xr: string) => Status;
  /** Sets fields of a status as another writer. */
  overwrite: (xr: string, status: Status) => void;
  writes: Write[];
  reads: string[];
  /** While set, the answer to every request, or a function that decides for each request. */
  answers:
    | ((request: { verb: 'get' | 'apply'; xr: string; manager?: string }) => Answer | undefined)
    | undefined;
  /** Delays every answer. */
  latency: () => Promise<void>;
}

/**
 * The part of the API server that a probe uses, with the semantics of forced server-side apply: a manager owns what it
 * applied last, takes over fields that it applies, and removes fields that it no longer applies unless another manager
 * owns them too. An apply that changes nothing is not a write.
 */
export const fakeCluster = (now: () => number = () => 0): FakeCluster => {
  const objects = new Map<string, Stored>();

  const keyOf = (path: string): string =>
    path
      .replace(/\/status$/, '')
      .split('/')
      .at(-1) ?? '';

  const apply = (stored: Stored, manager: string, applied: Status): boolean => {
    const before = JSON.stringify(stored.status);
    const previous = stored.managers.get(manager) ?? {};
    const others = [...stored.managers].filter(([name]) => name !== manager).map(([, status]) => status);
    for (const [field, value] of Object.entries(previous)) {
      if (sets.has(field)) {
        const kept = new Set(
          [applied, ...others].flatMap((status) => (status[field] as string[] | undefined) ?? []),
        );
        const current = (stored.status[field] as string[] | undefined) ?? [];
        stored.status[field] = current.filter(
          (item) => kept.has(item) || !(value as string[]).includes(item),
        );
      } else if (!(field in applied) && !others.some((status) => field in status)) {
        delete stored.status[field];
      }
    }
    for (const [field, value] of Object.entries(applied)) {
      if (sets.has(field)) {
        const current = (stored.status[field] as string[] | undefined) ?? [];
        stored.status[field] = [...new Set([...current, ...(value as string[])])];
        continue;
      }
      for (const status of others) if (status[field] !== value) delete status[field];
      stored.status[field] = value;
    }
    stored.managers.set(manager, structuredClone(applied));
    // the schema's default
    stored.status['phase'] ??= 'Pending';
    return JSON.stringify(stored.status) !== before;
  };

  const shown = (stored: Stored): unknown => ({
    apiVersion: stored.apiVersion,
    kind: stored.kind,
    metadata: {
      ...stored.metadata,
      managedFields: [...stored.managers].map(([manager, status]) => ({
        manager,
        operation: 'Apply',
        subresource: 'status',
        fieldsV1: { 'f:status': Object.fromEntries(Object.keys(status).map((field) => [`f:${field}`, {}])) },
      })),
    },
    status: structuredClone(stored.status),
  });

  const cluster: FakeCluster = {
    writes: [],
    reads: [],
    answers: undefined,
    latency: () => Promise.resolve(),
    create(xr, namespace) {
      objects.set(xr, {
        apiVersion: 'dbhub.tas.io/v1alpha1',
        kind: 'XDatabase',
        metadata: { name: xr, ...(namespace !== undefined && { namespace }), resourceVersion: 1 },
        status: { phase: 'Pending' },
        managers: new Map(),
      });
    },
    remove: (xr) => void objects.delete(xr),
    statusOf: (xr) => structuredClone(objects.get(xr)?.status ?? {}),
    overwrite: (xr, status) => void Object.assign(objects.get(xr)?.status ?? {}, status),
    async get(path) {
      const xr = keyOf(path);
      await cluster.latency();
      cluster.reads.push(xr);
      const answer = cluster.answers?.({ verb: 'get', xr });
      if (answer) return answer;
      const stored = objects.get(xr);
      return stored ? { kind: 'ok', object: shown(stored) } : { kind: 'gone' };
    },
    async apply(path, manager, object) {
      const xr = keyOf(path);
      await cluster.latency();
      const answer = cluster.answers?.({ verb: 'apply', xr, manager });
      if (answer) return answer;
      const stored = objects.get(xr);
      if (!stored) return { kind: 'gone' };
      const { status } = object as { status: Status };
      if ('phase' in status && !phases.has(String(status['phase']))) {
        return { kind: 'refused', status: 422, reason: 'Invalid' };
      }
      const changed = apply(stored, manager, status);
      if (changed) stored.metadata.resourceVersion++;
      cluster.writes.push({ at: now(), xr, manager, status: structuredClone(status), changed });
      return { kind: 'ok', object: shown(stored) };
    },
    close() {},
  };
  return cluster;
};
