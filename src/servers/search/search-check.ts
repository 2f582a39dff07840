import type { Check } from '../../contract/targets.ts';
import type { CheckInput } from '../server-type.ts';
import type { EngineType } from './engines.ts';
import { plainNames } from './indices.ts';
import { headerOf, purpose } from './search-credentials.ts';
import { engineDestination } from './search-destination.ts';
import type { SearchPolicy } from './search-instance.ts';
import type { SearchEngineSpec } from './search-resource.ts';
import { listPath } from './tools/elastic.ts';

type Params = Record<string, string>;

/**
 * The request of the check. A user who may read only some indices cannot read the health of the cluster. The status 403
 * then shows that the credentials are valid, and a search in one of the listed indices checks the access. The list of
 * indices needs its own permission, and is requested as the tool requests it.
 */
const elastic = (spec: SearchEngineSpec, { allowedOperations }: SearchPolicy): Params => ({
  path: '/_cluster/health?timeout=5s',
  judge: 'cluster-health',
  forbidden: 'accepted',
  ...(spec.indices?.[0] !== undefined && {
    fallback: `/${encodeURIComponent(spec.indices[0])}/_search?size=0&ignore_unavailable=true`,
  }),
  ...(allowedOperations.includes('list_indices') && { health: listPath(spec) }),
});

const questions: Readonly<Record<EngineType, (spec: SearchEngineSpec, policy: SearchPolicy) => Params>> = {
  opensearch: elastic,
  elasticsearch: elastic,
  /** The status 403 is returned for an unknown key, and also for a key without the permission. https://www.meilisearch.com/docs/reference/errors/error_codes#invalid_api_key */
  meilisearch: (spec) => ({
    path: one(spec, (name) => `/indexes/${name}/search?limit=0`) ?? '/indexes?limit=1',
    forbidden: 'refused',
    health: '/health',
  }),
  typesense: (spec) => ({
    path: one(spec, (name) => `/collections/${name}`) ?? '/collections?limit=1',
    forbidden: 'refused',
    health: '/health',
  }),
  qdrant: (spec) => ({
    path: one(spec, (name) => `/collections/${name}`) ?? '/collections',
    forbidden: 'refused',
    health: '/readyz',
  }),
};

const one = (spec: SearchEngineSpec, path: (name: string) => string): string | undefined =>
  plainNames(spec).slice(0, 1).map(encodeURIComponent).map(path)[0];

/** The params with their paths below the path of the engine. */
const below = (basePath: string | undefined, params: Params): Params =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      basePath !== undefined && value.startsWith('/') ? `${basePath}${value}` : value,
    ]),
  );

/** How the probe checks a SearchEngine. */
export const engineCheck = ({
  spec,
  policy,
  place,
  ca,
  secretKey,
}: CheckInput<SearchEngineSpec, SearchPolicy>): Check => {
  const header = headerOf(spec);
  return {
    driver: 'http',
    host: place.host,
    port: engineDestination(spec).port,
    tls: spec.sslMode,
    ...(ca !== undefined && { ca }),
    secrets: header === undefined ? {} : { [purpose]: { key: secretKey(purpose), encoding: 'header' } },
    params: {
      ...below(spec.basePath, questions[spec.type](spec, policy)),
      ...(header !== undefined && { header }),
    },
    readOnly: false,
    timeouts: { connect: Math.min(spec.queryTimeout, 10), query: spec.queryTimeout },
  };
};
