import type { JsonObject } from '../contract/kube.ts';
import { claimLabels } from '../contract/names.ts';
import { objectAt, stringAt, valueAt } from '../contract/observed.ts';
import type { InstanceSpec } from '../plan/instance.ts';
import { resourceSelector } from '../plan/select.ts';
import { type Subject, xrKind } from '../plan/subject.ts';

/** A Resource that an Instance does not select. */
export interface NotSelected {
  name: string;
  namespace: string;
  why: string;
}

/** Every Resource of the server type that the Instance does not select, with the first reason. */
export const notSelected = (
  subject: Subject,
  { selection }: InstanceSpec,
  objects: readonly JsonObject[],
  selected: ReadonlySet<JsonObject>,
): NotSelected[] => {
  const { type } = subject;
  const kinds = [type.resource.kind, xrKind(type.resource.kind, 'claims')];
  const labels = resourceSelector(subject, selection).labels ?? {};
  return objects
    .filter(
      (xr) =>
        xr['apiVersion'] === `${type.group}/${type.version}` && kinds.includes(stringAt(xr, 'kind') ?? ''),
    )
    .filter((xr) => !selected.has(xr))
    .map((xr) => ({ ...placeOf(xr), why: whyNot(xr, subject, labels, selection.matchNames) }))
    .sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
};

/** Name and namespace of the claim, if there is one, or of the object. */
const placeOf = (xr: JsonObject): { name: string; namespace: string } => {
  const claim = objectAt(xr, 'spec', 'claimRef');
  const place = Object.hasOwn(claim, 'name') ? claim : objectAt(xr, 'metadata');
  return { name: stringAt(place, 'name') ?? '', namespace: stringAt(place, 'namespace') ?? '' };
};

const whyNot = (
  xr: JsonObject,
  { flavour, namespace, type, xr: instance }: Subject,
  labels: Readonly<Record<string, string>>,
  names: readonly string[] | undefined,
): string => {
  const wanted = xrKind(type.resource.kind, flavour);
  if (xr['kind'] !== wanted) {
    return flavour === 'claims'
      ? `${stringAt(instance, 'kind')} selects ${wanted}, the composite of a claim; this is a ${stringAt(xr, 'kind')}`
      : `${stringAt(instance, 'kind')} selects ${wanted}; this is the composite of a claim`;
  }
  const place = placeOf(xr);
  if (place.namespace !== namespace) return place.namespace === '' ? 'no spec.claimRef' : 'another namespace';
  if (valueAt(xr, 'metadata', 'deletionTimestamp') !== undefined) return 'it is being deleted';
  const own = objectAt(xr, 'metadata', 'labels');
  for (const [key, value] of Object.entries(labels)) {
    const has = stringAt(own, key);
    if (has === value) continue;
    const set = key === claimLabels.namespace ? ', which Crossplane sets on composites of claims,' : '';
    return has === undefined
      ? `the label ${key}=${value}${set} is missing`
      : `label ${key} is "${has}", not "${value}"`;
  }
  if (names && !names.includes(place.name)) return 'its name is not in matchNames';
  return 'an older Resource has the same name';
};
