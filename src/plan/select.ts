import type { JsonObject } from '../contract/kube.ts';
import { claimLabels } from '../contract/names.ts';
import { objectAt, stringAt, valueAt } from '../contract/observed.ts';
import type { Selector } from '../contract/selector.ts';
import { lostLabel as lostLabelKey, type ResourceSelector } from '../schema/instance.ts';
import { type Subject, xrKind } from './subject.ts';

/** A Resource XR that an Instance selects. */
export interface Selected {
  /** The name that the tenant gave it: the name of its claim, if it has one. */
  name: string;
  xr: JsonObject;
}

/**
 * The selector of the XRs that Crossplane must fetch. Labels alone are not sufficient: {@link selectResources} decides.
 */
export const resourceSelector = (subject: Subject, selection: ResourceSelector): Selector => {
  const { type, flavour, namespace } = subject;
  const api = { apiVersion: `${type.group}/${type.version}`, kind: xrKind(type.resource.kind, flavour) };
  const labels = selection.matchLabels ?? {};
  return flavour === 'claims'
    ? { ...api, labels: { ...labels, [claimLabels.namespace]: namespace } }
    : { ...api, namespace, labels };
};

/**
 * Returns the tenant's Resources among the XRs, oldest first, so that a new Resource never replaces a served one. In
 * the claims flavour, only `spec.claimRef` identifies the tenant of an XR: tenants can write labels, but not this
 * field.
 */
export const selectResources = (
  subject: Subject,
  selection: ResourceSelector,
  found: readonly JsonObject[],
): Selected[] => {
  const names = selection.matchNames ? new Set(selection.matchNames) : undefined;
  const taken = new Set<string>();
  return found
    .map((xr) => ({ name: tenantName(subject, xr), xr }))
    .filter((entry): entry is Selected => entry.name !== undefined && (names?.has(entry.name) ?? true))
    .filter(({ xr }) => valueAt(xr, 'metadata', 'deletionTimestamp') === undefined)
    .sort(byAge)
    .filter(({ name }) => !taken.has(name) && taken.add(name));
};

const tenantName = (subject: Subject, xr: JsonObject): string | undefined => {
  if (subject.flavour === 'namespaced') {
    return stringAt(xr, 'metadata', 'namespace') === subject.namespace
      ? stringAt(xr, 'metadata', 'name')
      : undefined;
  }
  const claim = objectAt(xr, 'spec', 'claimRef');
  const ours =
    claim['namespace'] === subject.namespace &&
    claim['kind'] === subject.type.resource.kind &&
    (stringAt(claim, 'apiVersion') ?? '').startsWith(`${subject.type.group}/`);
  return ours ? stringAt(claim, 'name') : undefined;
};

const byAge = (a: Selected, b: Selected): number =>
  compare(created(a), created(b)) || compare(a.name, b.name) || compare(xrName(a), xrName(b));
const created = ({ xr }: Selected): string => stringAt(xr, 'metadata', 'creationTimestamp') ?? '';
const xrName = ({ xr }: Selected): string => stringAt(xr, 'metadata', 'name') ?? '';
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A key that Crossplane does not copy from a claim to its XR, so that it never matches. */
export const lostLabel = ({ matchLabels = {} }: ResourceSelector): string | undefined =>
  Object.keys(matchLabels).find((key) => lostLabelKey.test(key));
