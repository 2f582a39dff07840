import type { JsonObject } from '../contract/kube.ts';
import { type ReportedStatus, reportedStatusOf } from '../contract/reported-status.ts';
import { ssePath } from '../contract/sidecar.ts';
import type { PlannedResource } from '../plan/resources.ts';
import type { InstancePhase } from '../schema/status.ts';
import type { Content } from './content.ts';
import type { ComposeInput } from './input.ts';
import { selectorLabels } from './labels.ts';
import { listenersOf } from './listeners.ts';
import type { Rollout } from './readiness.ts';

/** Maximum number of entries in a status, as in its schema. */
const maxEntries = 500;

/** A selected Resource, and what is known about it. */
export interface Entry {
  resource: PlannedResource;
  reported: ReportedStatus;
}

/** What is known about every selected Resource at a point in time. */
export const entriesOf = ({ plan }: ComposeInput, now: number): Entry[] =>
  plan.resources.map((resource) => ({
    resource,
    reported: resource.problem
      ? { phase: 'Failed', reason: resource.problem.reason }
      : selected(reportedStatusOf(resource.xr, resource.specHash, now)),
  }));

/** A Resource that this Instance selects, before its probe has written its status. */
const selected = (reported: ReportedStatus): ReportedStatus =>
  reported.reason === 'NotSelected' ? { ...reported, reason: 'NotChecked' } : reported;

/** Names of the Resources in a phase, sorted. */
export const namesIn = (entries: readonly Entry[], ...phases: ReportedStatus['phase'][]): string[] =>
  entries
    .filter(({ reported }) => phases.includes(reported.phase))
    .map(({ resource }) => resource.name)
    .sort();

/** The phase of an Instance: whether it serves, and whether all its Resources are healthy. */
const phaseOf = (entries: readonly Entry[], content: Content, rollout: Rollout): InstancePhase => {
  if (content.idle || rollout.available === 0) return rollout.failed ? 'Failed' : 'Pending';
  if (rollout.failed || namesIn(entries, 'Failed', 'Degraded').length > 0) return 'Degraded';
  return rollout.complete ? 'Running' : 'Pending';
};

/** The whole status of an Instance. Crossplane removes a field that is left out. */
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
    ...(content.configRevision.seen > 0 && { configRevision: content.configRevision.seen }),
    ...(content.credentialsRevision.seen > 0 && { credentialsRevision: content.credentialsRevision.seen }),
    observedGeneration: input.subject.generation,
  };
};

/**
 * Contains only the phase and the reason from the probe, because each change of a status uses tokens of Crossplane's
 * circuit breaker.
 */
const statusEntry = ({ resource, reported }: Entry): JsonObject => {
  const { name, effective, problem } = resource;
  const reason = (reported.phase === 'Connected' ? effective?.reason : undefined) ?? reported.reason;
  return {
    name,
    phase: reported.phase,
    ...(reason !== undefined && { reason }),
    ...(problem && { message: problem.message.slice(0, 512) }),
    ...(effective && { readOnly: effective.readOnly, ...effective.fields }),
  };
};

/** A URL that clients in the cluster can use. */
const endpointOf = ({ subject, plan }: ComposeInput): string | undefined => {
  const { inbound } = listenersOf({ subject, plan });
  if (!inbound) return undefined;
  const path = inbound.bridge ? ssePath : subject.type.serves.mcpPath;
  return `http://${subject.name}.${subject.namespace}.svc:${inbound.clients.port}${path}`;
};
