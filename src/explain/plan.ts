import type { JsonObject } from '../contract/kube.ts';
import { annotationKeys, labelKeys, managedBy, tenantOf } from '../contract/names.ts';
import { stringAt } from '../contract/observed.ts';
import { ok, type Result } from '../contract/result.ts';
import type { Cluster, Selector } from '../contract/selector.ts';
import { type InstanceSpec, planInstance, readInstance } from '../plan/instance.ts';
import type { PlannedResource } from '../plan/resources.ts';
import { resolveSettings } from '../plan/settings.ts';
import type { Subject } from '../plan/subject.ts';
import { settingsName } from '../schema/settings.ts';
import type { Find } from '../simulate/find.ts';
import type { DescribedCluster } from './described-cluster.ts';

/** The plan of the function for an Instance. */
export interface Planned {
  spec: InstanceSpec;
  resources: PlannedResource[];
}

/** Plans an Instance as the function does. The response of the function contains the same error. */
export const planOf = (subject: Subject, { find, input }: DescribedCluster): Result<Planned, unknown> => {
  const environment = environmentOf(find);
  const settings = resolveSettings(input, environment && (environment['data'] ?? {}));
  if (!settings.ok) return settings;
  const spec = readInstance(subject, settings.value);
  if (!spec.ok) return spec;
  const plan = planInstance(subject, spec.value, allFetched(find), settings.value);
  return ok({ spec: spec.value, resources: plan?.resources ?? [] });
};

const allFetched = (find: Find<JsonObject>): Cluster => ({
  find: ({ apiVersion, kind, namespace, name, labels }: Selector) =>
    find({
      apiVersion,
      kind,
      ...(namespace !== undefined && { namespace }),
      ...(name === undefined ? { matchLabels: { labels: { ...labels } } } : { matchName: name }),
    }),
});

/** The settings of the platform, if the files contain them. */
export const environmentOf = (find: Find<JsonObject>): JsonObject | undefined =>
  find({
    apiVersion: 'apiextensions.crossplane.io/v1beta1',
    kind: 'EnvironmentConfig',
    matchName: settingsName,
  })[0];

/** The objects that Crossplane has composed for an Instance, by composed resource name. */
export const composedOf = (
  { name, namespace, type }: Subject,
  objects: readonly JsonObject[],
): Record<string, JsonObject> => {
  const labels = Object.entries({
    [labelKeys.managedBy]: managedBy,
    [labelKeys.instance]: name,
    [labelKeys.name]: type.name,
    [labelKeys.tenant]: tenantOf(namespace),
  });
  return Object.fromEntries(
    objects.flatMap((object) => {
      const key = stringAt(object, 'metadata', 'annotations', annotationKeys.composed);
      const own =
        [namespace, undefined].includes(stringAt(object, 'metadata', 'namespace')) &&
        labels.every(([label, value]) => stringAt(object, 'metadata', 'labels', label) === value);
      return key !== undefined && own ? [[key, object]] : [];
    }),
  );
};
