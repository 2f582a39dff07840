import type { JsonObject } from '../contract/kube.ts';
import { claimLabels } from '../contract/names.ts';
import { objectAt, stringAt, valueAt } from '../contract/observed.ts';
import type { Selector } from '../contract/selector.ts';
import { lostLabel as lostLabelKey, type ResourceSelector } from '../schema/instance.ts';
import { type Subject, xrKind } from './subject.ts';

/** A Resource XR that an Instance selects. */
export interface Selected {
  /** The name that the tenant gave it: its claim's, where there is one. */
  name: string;
  xr: JsonObject;
}

/** The XRs to ask Crossplane for. Labels alone decide nothing: {@link selectResources} looks again. */
export const resourceSelector = (subject: Subject, selection: ResourceSelector): Selector => {
  const { type, flavour, namespace } = subject;
  const api = { apiVersion: `${type.group}/${type.version}`, kind: xrKind(type.resource.kind, flavour) };
  const labels = selection.matchLabels ?? {};
  return flavour === 'claims'
    ? { ...api, labels: { ...labels, [claimLabels.namespace]: namespace } }
    : { ...api, namespace, labels };
};

/**
 * The tenant's Resources among the XRs that were found, oldest first, so that a new one never takes the
 * place of a served one. In the claims flavour only `spec.claimRef` says whose an XR is: tenants cannot
 * write it, while they can write labels.
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

/** A key that Crossplane does not copy from a claim to its XR, so that no XR ever has it. */
export const lostLabel = ({ matchLabels = {} }: ResourceSelector): string | undefined =>
  Object.keys(matchLabels).find((key) => lostLabelKey.test(key));
