import { isObject, listAt, numberAt, objectAt, stringAt, valueAt } from '../../contract/observed.ts';
import type { Target, TargetsFile } from '../../contract/targets.ts';
import type { Verdict } from '../verdict.ts';

/** What stands on an XR, as far as the probe needs it. Anybody may have written it. */
export interface View {
  phase?: string;
  reason?: string;
  message?: string;
  checkedSpec?: string;
  checkedBy?: string;
  latencyMs?: number;
  /** Milliseconds since the epoch; absent where it is no time. */
  lastChecked?: number;
  validUntil?: number;
  selectedBy: string[];
  /** Whether a report of ours is still owned by us, alone or together with somebody else's. */
  ownsReport: boolean;
}

/** The name under which an Instance's probe applies: each owns its entry in `selectedBy`. */
export const managerOf = (instance: string): string => `function-mcp-probe-${instance}`;

/** Names of Instances are DNS labels; anything else in a status is not one. */
export const isInstanceName = (name: string): boolean => /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);

const longest = 512;

/** Reads the status of an XR; what has not the expected shape reads as absent, and nothing else is kept. */
export const viewOf = (object: unknown, instance: string): View => {
  const text = (field: string) => stringAt(object, 'status', field)?.slice(0, longest);
  const time = (field: string) => Date.parse(text(field) ?? '');
  const latencyMs = numberAt(object, 'status', 'latencyMs');
  const defined = Object.entries({
    phase: text('phase'),
    reason: text('reason'),
    message: text('message'),
    checkedSpec: text('checkedSpec'),
    checkedBy: text('checkedBy'),
    latencyMs,
    lastChecked: time('lastChecked'),
    validUntil: time('validUntil'),
  }).filter(([, value]) => value !== undefined && !Number.isNaN(value));
  return {
    ...(Object.fromEntries(defined) as Omit<View, 'selectedBy' | 'ownsReport'>),
    selectedBy: listAt(object, 'status', 'selectedBy')
      .filter((name) => typeof name === 'string' && isInstanceName(name))
      .slice(0, 64) as string[],
    ownsReport: listAt(object, 'metadata', 'managedFields').some(
      (entry) =>
        stringAt(entry, 'manager') === managerOf(instance) &&
        isObject(valueAt(objectAt(entry, 'fieldsV1', 'f:status'), 'f:phase')),
    ),
  };
};

/** Path of an XR in the API, and of its status. */
export const pathsOf = ({ api, namespace }: TargetsFile, xr: string) => {
  const where = api.namespaced ? `namespaces/${encodeURIComponent(namespace)}/` : '';
  const object = `/apis/${api.group}/${api.version}/${where}${api.plural}/${encodeURIComponent(xr)}`;
  return { object, status: `${object}/status` };
};

const rfc3339 = (wall: number): string => `${new Date(wall).toISOString().slice(0, 19)}Z`;

/** What is applied to an XR's status: our entry, and the verdict where it is ours to give. */
export const appliedStatus = (
  { api, namespace, instance }: TargetsFile,
  { xr }: Pick<Target, 'xr'>,
  report?: { verdict: Verdict; lastChecked: number; validUntil: number },
): object => ({
  apiVersion: `${api.group}/${api.version}`,
  kind: api.kind,
  metadata: { name: xr, ...(api.namespaced && { namespace }) },
  status: {
    selectedBy: [instance],
    ...(report && {
      phase: report.verdict.phase,
      reason: report.verdict.reason,
      message: report.verdict.message,
      checkedSpec: report.verdict.checkedSpec,
      checkedBy: instance,
      lastChecked: rfc3339(report.lastChecked),
      validUntil: rfc3339(report.validUntil),
      ...(report.verdict.latencyMs !== undefined && { latencyMs: report.verdict.latencyMs }),
    }),
  },
});

/** Applied under the name of another probe, it takes back all that this one wrote. */
export const withdrawnStatus = (file: TargetsFile, { xr }: Pick<Target, 'xr'>): object => ({
  ...appliedStatus(file, { xr }),
  status: {},
});
