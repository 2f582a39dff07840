import type { Parameter } from '../../toolbox/toolbox-tool.ts';
import { type EngineTools, indexParameter, limitParameter } from './tool.ts';

/** A filter cannot name another collection. `lookup_from` in a query can, and is not offered. */
const filter: Parameter = {
  name: 'filter',
  type: 'map',
  description:
    'Condition on the payload: {"must": [{"key": "city", "match": {"value": "Bern"}}]}, with should and must_not in the same way.',
  required: false,
};

const collection = (input: Parameters<typeof indexParameter>[0]): Parameter =>
  indexParameter(input, 'collection');

const json = { 'Content-Type': 'application/json' };

/** https://api.qdrant.tech/api-reference */
export const qdrant: EngineTools = {
  // The API cannot filter the list by name.
  list_indices: ({ spec }) =>
    spec.indices ? undefined : { method: 'GET', path: '/collections', description: 'Lists the collections.' },
  get_mapping: (input) => ({
    method: 'GET',
    path: '/collections/{{pathEscape .collection}}',
    description: 'Shows the vectors and the indexed payload of a collection, and how many points it has.',
    pathParams: [collection(input)],
  }),
  search: (input) => ({
    method: 'POST',
    path: '/collections/{{pathEscape .collection}}/points/query',
    description:
      'Returns points of a collection with their payload: those like a given one, or in the order of their ids.',
    headers: json,
    pathParams: [collection(input)],
    body: [
      '{"limit":{{.limit}},"with_payload":{{if .fields}}{{json .fields}}{{else}}true{{end}}',
      '{{if .filter}},"filter":{{json .filter}}{{end}}',
      '{{if .like}},"query":{{json .like}}',
      // 0 is an id, too
      '{{else if ne (json .like_number) "null"}},"query":{{.like_number}}{{end}}}',
    ].join(''),
    bodyParams: [
      filter,
      {
        name: 'like',
        type: 'string',
        description: 'Id of a point, a UUID, to find the most similar ones of.',
        required: false,
        allowed: ['^[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}$'],
      },
      {
        name: 'like_number',
        type: 'integer',
        description: 'The same of a point whose id is a number.',
        required: false,
        min: 0,
      },
      {
        name: 'fields',
        type: 'array',
        description: 'Keys of the payload to return; all without it.',
        required: false,
        items: { type: 'string', description: 'Key, such as city or address.city.' },
      },
      limitParameter('limit', input),
    ],
  }),
  count: (input) => ({
    method: 'POST',
    path: '/collections/{{pathEscape .collection}}/points/count',
    description: 'Counts the points of a collection that a filter finds.',
    headers: json,
    pathParams: [collection(input)],
    body: '{"exact":true{{if .filter}},"filter":{{json .filter}}{{end}}}',
    bodyParams: [filter],
  }),
  cluster_health: () => ({
    method: 'GET',
    path: '/readyz',
    description: 'Shows whether the server is ready.',
  }),
  query_dsl: () => undefined,
};
