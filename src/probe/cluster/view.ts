import { isObject, listAt, numberAt, objectAt, stringAt, valueAt } from '../../contract/observed.ts';
import type { Target, TargetsFile } from '../../contract/targets.ts';
import type { Verdict } from '../verdict.ts';

/** The parts of an XR that the probe needs. Anyone may have written them. */
export interface View {
  phase?: string;
  reason?: string;
  message?: string;
  checkedSpec?: string;
  checkedBy?: string;
  latencyMs?: number;
  /** Milliseconds since the epoch. Absent if the value is not a time. */
  lastChecked?: number;
  validUntil?: number;
  selectedBy: string[];
  /** Whether this probe owns a report, alone or together with others. */
  ownsReport: boolean;
}

/** The field manager of an Instance's probe. Each owns its entry in `selectedBy`. */
export const managerOf = (instance: string): string => `function-mcp-probe-${instance}`;

/** Names of Instances are DNS labels. Other values in a status are ignored. */
export const isInstanceName = (name: string): boolean => /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);

const longest = 512;

/** Reads the status of an XR. A field with an unexpected type counts as absent. All other fields are ignored. */
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

/** The API path of an XR, and the path of its status. */
export const pathsOf = ({ api, namespace }: TargetsFile, xr: string) => {
  const where = api.namespaced ? `namespaces/${encodeURIComponent(namespace)}/` : '';
  const object = `/apis/${api.group}/${api.version}/${where}${api.plural}/${encodeURIComponent(xr)}`;
  return { object, status: `${object}/status` };
};

const rfc3339 = (wall: number): string => `${new Date(wall).toISOString().slice(0, 19)}Z`;

/** What this probe applies to the status of an XR: its entry, and the verdict if this probe checks the Resource. */
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

/** Applied with the field manager of another probe, this removes everything that the other probe wrote. */
export const withdrawnStatus = (file: TargetsFile, { xr }: Pick<Target, 'xr'>): object => ({
  ...appliedStatus(file, { xr }),
  status: {},
});
