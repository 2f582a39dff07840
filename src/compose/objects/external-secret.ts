import type { JsonObject, RenderedObject } from '../../contract/kube.ts';
import { listAt, stringAt } from '../../contract/observed.ts';
import type { Release } from '../../contract/release.ts';
import { storeKey } from '../../contract/store-key.ts';
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
  /** The one that exists: kept while that is unknown, or the platform names no store. */
  observed: JsonObject | undefined;
}

/** Fetches a Resource's credentials. https://external-secrets.io/latest/api/externalsecret/ */
export const externalSecret = (input: ExternalSecretInput): RenderedObject | undefined => {
  const { subject, settings, wanted, observed } = input;
  const store = settings.externalSecrets;
  const spec =
    store && wanted
      ? specOf({
          ...wanted,
          storeKind: store.storeKind,
          storeName: store.storeName,
          key: storeKey(store.keyTemplate, subject.namespace, subject.name),
        })
      : observed && keptOf(observed);
  return (
    spec && {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: metadata(input, subject.name),
      spec,
    }
  );
};

interface Fetched {
  target: string;
  refreshInterval: string;
  storeKind: string;
  storeName: string;
  key: string;
}

const specOf = ({ target, refreshInterval, storeKind, storeName, key }: Fetched): JsonObject => ({
  refreshInterval,
  secretStoreRef: { kind: storeKind, name: storeName },
  target: { name: target, creationPolicy: 'Owner' },
  dataFrom: [{ extract: { key } }],
});

/**
 * The spec of the existing ExternalSecret, limited to the fields that this function renders. The caller checks, before or
 * after, that it is an ExternalSecret of this name, controlled by this composite. Its author then has the right to write
 * ExternalSecrets, and gains nothing if it is written again.
 */
const keptOf = (observed: JsonObject): JsonObject => {
  const at = (...path: string[]) => stringAt(observed, 'spec', ...path) ?? '';
  const [first] = listAt(observed, 'spec', 'dataFrom');
  return specOf({
    target: at('target', 'name'),
    refreshInterval: at('refreshInterval'),
    storeKind: at('secretStoreRef', 'kind'),
    storeName: at('secretStoreRef', 'name'),
    key: stringAt(first, 'extract', 'key') ?? '',
  });
};
