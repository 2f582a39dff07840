import type { Settings } from '../plan/settings.ts';
import type { Content } from './content.ts';
import { type ComposeInput, keys } from './input.ts';
import type { Composition } from './instance.ts';
import { type Entry, namesIn } from './status.ts';

/** A condition of a composite, as defined by Crossplane's function protocol. */
export interface Condition {
  type:
    | 'ConfigRendered'
    | 'ResourcesConnected'
    | 'PlatformReady'
    | 'Exposed'
    | 'Accepted'
    | 'CredentialsReady'
    | 'Connected';
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
}

/** Every condition of an Instance. Crossplane sets a condition that is left out to Unknown. */
export const instanceConditions = (
  input: ComposeInput,
  { content, objects }: Composition,
  entries: readonly Entry[],
): Condition[] => [
  configRendered(content, entries),
  resourcesConnected(entries),
  platformReady(input.settings),
  exposed(input, objects),
];

const configRendered = (content: Content, entries: readonly Entry[]): Condition => {
  const unusable = entries.filter(({ resource }) => resource.problem);
  const list = some(unusable.map(({ resource }) => `${resource.name} (${resource.problem?.reason})`));
  const rest = unusable.length > 0 ? ` Not usable: ${list}.` : '';
  return content.idle
    ? {
        type: 'ConfigRendered',
        status: 'False',
        reason: content.idle.reason,
        message: `${content.idle.message}${rest}`,
      }
    : {
        type: 'ConfigRendered',
        status: 'True',
        reason: 'Rendered',
        message: `${content.served.length} of ${entries.length} selected Resources are served.${rest}`,
      };
};

const resourcesConnected = (entries: readonly Entry[]): Condition => {
  const type = 'ResourcesConnected';
  const bad = namesIn(entries, 'Failed', 'Degraded');
  const open = namesIn(entries, 'Pending');
  if (bad.length > 0)
    return { type, status: 'False', reason: 'NotConnected', message: `Not connected: ${some(bad)}.` };
  if (open.length > 0)
    return {
      type,
      status: 'Unknown',
      reason: 'NotChecked',
      message: `No current probe report for: ${some(open)}.`,
    };
  if (entries.length === 0)
    return { type, status: 'False', reason: 'NothingSelected', message: 'No Resource is selected.' };
  return {
    type,
    status: 'True',
    reason: 'Connected',
    message: `${entries.length} of ${entries.length} selected Resources are connected.`,
  };
};

/** Reports what the platform must configure before every feature of this release is available. */
const platformReady = ({ present, compose }: Settings): Condition => {
  const type = 'PlatformReady';
  const missing = Object.entries({
    networkPolicies: compose.networkPolicies,
    podDisruptionBudgets: compose.podDisruptionBudgets,
    probes: compose.probes,
  }).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (!present) {
    return {
      type,
      status: 'False',
      reason: 'SettingsMissing',
      message:
        'EnvironmentConfig "function-mcp" does not exist: apply the platform.yaml of this release. Until then, no probe, NetworkPolicy or PodDisruptionBudget is created.',
    };
  }
  return missing.length > 0
    ? {
        type,
        status: 'False',
        reason: 'SettingsIncomplete',
        message: `EnvironmentConfig "function-mcp" does not set whether these may be composed: ${missing.join(', ')}.`,
      }
    : { type, status: 'True', reason: 'Configured', message: 'The platform settings are complete.' };
};

/** Reports whether pods of other tenants can use the server. */
const exposed = ({ plan }: ComposeInput, objects: Composition['objects']): Condition => {
  const type = 'Exposed';
  if (plan.common.transport === 'stdio')
    return { type, status: 'False', reason: 'NoService', message: 'The server does not listen on a port.' };
  const guards = [objects[keys.networkPolicy] && 'a NetworkPolicy', plan.token && 'a bearer token'].filter(
    Boolean,
  );
  return guards.length > 0
    ? {
        type,
        status: 'False',
        reason: 'Guarded',
        message: `Access to the server is restricted by ${guards.join(' and ')}.`,
      }
    : {
        type,
        status: 'True',
        reason: 'NoPolicyNoToken',
        message:
          'Every pod in the cluster can use the server: it has neither a NetworkPolicy (apply platform.yaml, and set spec.networkPolicy.enabled) nor a token (set spec.authTokenRef).',
      };
};

/** Joins names, and keeps the list short enough for a condition. */
export const some = (names: readonly string[], most = 10): string =>
  names.length > most
    ? `${names.slice(0, most).join(', ')} and ${names.length - most} more`
    : names.join(', ');
