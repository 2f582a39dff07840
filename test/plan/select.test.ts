import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/kube.ts';
import { lostLabel, resourceSelector, selectResources } from '../../src/plan/select.ts';
import { subjectOf } from '../../src/plan/subject.ts';
import { serverTypes } from '../../src/servers/registry.ts';
import { database, type Flavour, instance } from '../support/world.ts';

const subject = (flavour: Flavour) => {
  const read = subjectOf(instance(flavour) as unknown as JsonObject, serverTypes);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

const names = (flavour: Flavour, found: unknown[], selection = {}) =>
  selectResources(subject(flavour), selection, found as JsonObject[]).map(({ name }) => name);

describe('which Resources an Instance selects', () => {
  test.each(['claims', 'namespaced'] as const)('%s: the oldest first, then by name', (flavour) => {
    const found = [
      database(flavour, 'c', {}, { created: '2026-03-01T00:00:00Z' }),
      database(flavour, 'b', {}, { created: '2026-02-01T00:00:00Z' }),
      database(flavour, 'a', {}, { created: '2026-03-01T00:00:00Z' }),
    ];
    expect(names(flavour, found)).toStrictEqual(['b', 'a', 'c']);
    expect(names(flavour, found.toReversed())).toStrictEqual(['b', 'a', 'c']);
  });

  test('in the claims flavour only the claim reference says whose a Resource is', () => {
    const own = database('claims', 'own');
    const forged = database('claims', 'forged', {}, { namespace: 'tas-beta' });
    forged.metadata['labels'] = own.metadata['labels'] as JsonObject;
    const withoutClaim = { ...database('claims', 'without'), spec: { type: 'postgres' } };
    const ofAnotherKind = database('claims', 'other');
    (ofAnotherKind['spec'] as JsonObject)['claimRef'] = {
      ...((own['spec'] as JsonObject)['claimRef'] as JsonObject),
      kind: 'DBHubInstance',
    };
    expect(names('claims', [forged, withoutClaim, ofAnotherKind, own])).toStrictEqual(['own']);
  });

  test('one of two XRs of one claim is served, always the same', () => {
    const old = database('claims', 'shop');
    const again = { ...old, metadata: { ...old.metadata, name: 'shop-zzzzz', uid: 'other' } };
    const first = ([a]: unknown[]) => (a as { xr: JsonObject }).xr['metadata'];
    const chosen = [
      [old, again],
      [again, old],
    ].map((found) => first(selectResources(subject('claims'), {}, found as unknown as JsonObject[])));
    expect(chosen[0]).toStrictEqual(chosen[1]);
  });

  test('what is being deleted is no longer selected', () => {
    const going = database('namespaced', 'going');
    going.metadata['deletionTimestamp'] = '2026-03-02T10:00:00Z';
    expect(names('namespaced', [going, database('namespaced', 'staying')])).toStrictEqual(['staying']);
  });

  test('names and labels must both hold', () => {
    const found = [database('namespaced', 'a'), database('namespaced', 'b')];
    expect(names('namespaced', found, { matchNames: ['b', 'c'] })).toStrictEqual(['b']);
    expect(names('namespaced', found, { matchNames: [] })).toStrictEqual([]);
  });

  test("a tenant's labels cannot ask for another namespace's claims", () => {
    const selection = { matchLabels: { 'crossplane.io/claim-namespace': 'tas-beta', team: 'sales' } };
    expect(resourceSelector(subject('claims'), selection).labels).toStrictEqual({
      'crossplane.io/claim-namespace': 'tas-acme',
      team: 'sales',
    });
    expect(resourceSelector(subject('namespaced'), {}).namespace).toBe('tas-acme');
  });

  test.each([
    { key: 'app.kubernetes.io/name', want: true },
    { key: 'kubernetes.io/name', want: true },
    { key: 'notkubernetes.io/name', want: true },
    { key: 'x.k8s.io/name', want: true },
    { key: 'k8s.io', want: true },
    { key: 'kubernetes.io.example.com/name', want: false },
    { key: 'team/kubernetes.io', want: false },
    { key: 'team', want: false },
  ])('whether Crossplane drops the label $key of a claim: $want', ({ key, want }) => {
    expect(lostLabel({ matchLabels: { [key]: 'x' } })).toBe(want ? key : undefined);
  });
});
