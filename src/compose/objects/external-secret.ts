import { canonical } from '../../contract/hash.ts';
import type { JsonObject, RenderedObject } from '../../contract/kube.ts';
import { tenantOf } from '../../contract/names.ts';
import { objectAt } from '../../contract/observed.ts';
import type { Release } from '../../contract/release.ts';
import type { Settings } from '../../plan/settings.ts';
import type { Subject } from '../../plan/subject.ts';
import { metadata } from '../labels.ts';

/** What an ExternalSecret is made from. Store and key are the platform's, never the tenant's. */
export interface ExternalSecretInput {
  subject: Subject;
  settings: Settings;
  release: Release;
  /** The name of the Secret that it creates, and how often; undefined while the spec does not parse. */
  wanted?: { target: string; refreshInterval: string };
  /** The one that exists: kept as it is while that is unknown, or the platform names no store. */
  observed: JsonObject | undefined;
}

/** Fetches a Resource's credentials. https://external-secrets.io/latest/api/externalsecret/ */
export const externalSecret = (input: ExternalSecretInput): RenderedObject | undefined => {
  const { subject, settings, wanted, observed } = input;
  const store = settings.externalSecrets;
  if (!(store && wanted) && !observed) return undefined;
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: metadata(input, subject.name),
    spec:
      store && wanted
        ? {
            refreshInterval: wanted.refreshInterval,
            secretStoreRef: { kind: store.storeKind, name: store.storeName },
            target: { name: wanted.target, creationPolicy: 'Owner' },
            dataFrom: [{ extract: { key: storeKey(store.keyTemplate, subject) } }],
          }
        : canonical(objectAt(observed, 'spec')),
  };
};

const storeKey = (template: string, { namespace, name }: Subject): string =>
  template.replace(/\{(tenant|namespace|resource)\}/g, (_, field: string) =>
    field === 'tenant' ? tenantOf(namespace) : field === 'namespace' ? namespace : name,
  );
