import type { JsonObject } from '../contract/kube.ts';
import { type ReportedStatus, reportedStatusOf } from '../contract/reported-status.ts';
import type { PlannedResource } from '../plan/resources.ts';
import type { InstancePhase } from '../schema/status.ts';
import { ssePath } from './containers/bridge.ts';
import { serverOf } from './containers/server.ts';
import type { Content } from './content.ts';
import type { ComposeInput } from './input.ts';
import { selectorLabels } from './labels.ts';
import type { Rollout } from './readiness.ts';

/** Entries that a status lists at most, as its schema bounds it. */
const maxEntries = 500;

/** A selected Resource, and what is known of it. */
export interface Entry {
  resource: PlannedResource;
  verdict: ReportedStatus;
}

/** What is known of every selected Resource at a point in time. */
export const entriesOf = ({ plan }: ComposeInput, now: number): Entry[] =>
  plan.resources.map((resource) => ({
    resource,
    verdict: resource.problem
      ? { phase: 'Failed', reason: resource.problem.reason }
      : selected(reportedStatusOf(resource.xr, resource.specHash, now)),
  }));

/** A Resource that this Instance selects, and that its probe has not written on yet. */
const selected = (verdict: ReportedStatus): ReportedStatus =>
  verdict.reason === 'NotSelected' ? { ...verdict, reason: 'NotChecked' } : verdict;

/** Names of the Resources in a phase, sorted. */
export const namesIn = (entries: readonly Entry[], ...phases: ReportedStatus['phase'][]): string[] =>
  entries
    .filter(({ verdict }) => phases.includes(verdict.phase))
    .map(({ resource }) => resource.name)
    .sort();

/** The phase of an Instance: whether it serves, and whether all it serves is well. */
export const phaseOf = (entries: readonly Entry[], content: Content, rollout: Rollout): InstancePhase => {
  if (content.idle || rollout.available === 0) return rollout.failed ? 'Failed' : 'Pending';
  if (rollout.failed || namesIn(entries, 'Failed', 'Degraded').length > 0) return 'Degraded';
  return rollout.complete ? 'Running' : 'Pending';
};

/** The whole status of an Instance. A field that is left out, Crossplane removes. */
export const instanceStatus = (
  input: ComposeInput,
  content: Content,
  entries: readonly Entry[],
  rollout: Rollout,
): JsonObject => {
  const connected = namesIn(entries, 'Connected');
  const endpoint = endpointOf(input);
  return {
    phase: phaseOf(entries, content, rollout),
    replicas: rollout.replicas,
    availableReplicas: rollout.available,
    selector: Object.entries(selectorLabels(input))
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(','),
    connectedResources: connected.slice(0, maxEntries),
    selectedResources: entries.length,
    resourceSummary: `${connected.length}/${entries.length}`,
    resources: entries
      .slice(0, maxEntries)
      .sort((a, b) => (a.resource.name < b.resource.name ? -1 : 1))
      .map(statusEntry),
    ...(endpoint !== undefined && { endpoint }),
    configHash: content.configHash,
    credentialsRevision: content.credentialsRevision,
    observedGeneration: input.subject.generation,
  };
};

/** Phase and reason only of what the probe says: each change of a status costs tokens of Crossplane's circuit breaker. */
const statusEntry = ({ resource, verdict }: Entry): JsonObject => {
  const { name, effective, problem } = resource;
  const reason = (verdict.phase === 'Connected' ? effective?.reason : undefined) ?? verdict.reason;
  return {
    name,
    phase: verdict.phase,
    ...(reason !== undefined && { reason }),
    ...(problem && { message: problem.message.slice(0, 512) }),
    ...(effective && { readOnly: effective.readOnly, ...effective.fields }),
  };
};

/** A URL that a client in the cluster can paste. */
const endpointOf = ({ subject, plan }: ComposeInput): string | undefined => {
  const { transport, port } = plan.common;
  if (transport === 'stdio') return undefined;
  const path = transport === 'sse' ? ssePath : serverOf({ subject, plan }).mcpPath;
  return `http://${subject.name}.${subject.namespace}.svc:${port}${path}`;
};
