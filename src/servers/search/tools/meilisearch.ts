import { type EngineTools, fieldName, indexParameter, limitParameter, offsetParameter } from './tool.ts';

/** https://www.meilisearch.com/docs/reference/api/overview */
export const meilisearch: EngineTools = {
  // The API cannot filter the list by name.
  list_indices: ({ spec }) =>
    spec.indices
      ? undefined
      : { method: 'GET', path: '/indexes?limit=1000', description: 'Lists the indices.' },
  get_mapping: (input) => ({
    method: 'GET',
    path: '/indexes/{{pathEscape .index}}/settings',
    description: 'Shows which fields of an index can be searched, filtered, sorted and shown.',
    pathParams: [indexParameter(input)],
  }),
  search: (input) => ({
    method: 'POST',
    path: '/indexes/{{pathEscape .index}}/search',
    description: 'Searches an index and returns the hits.',
    headers: { 'Content-Type': 'application/json' },
    pathParams: [indexParameter(input)],
    body: [
      '{"q":{{json .query}},"limit":{{.limit}},"offset":{{.offset}}',
      '{{if .filter}},"filter":{{json .filter}}{{end}}',
      '{{if .fields}},"attributesToRetrieve":{{json .fields}}{{end}}',
      '{{if .sort}},"sort":{{json .sort}}{{end}}',
      '{{if .group_by}},"facets":[{{json .group_by}}]{{end}}}',
    ].join(''),
    bodyParams: [
      {
        name: 'query',
        type: 'string',
        description: 'Words to look for, or a "phrase"; empty finds everything.',
        default: '',
      },
      {
        name: 'filter',
        type: 'string',
        description: 'Condition on filterable fields, such as: city = Bern AND total > 100.',
        required: false,
      },
      {
        name: 'sort',
        type: 'array',
        description: 'What to sort by.',
        required: false,
        items: {
          type: 'string',
          description: 'A sortable field with its order, such as total:desc.',
          allowed: ['^[A-Za-z0-9_.@-]+:(asc|desc)$'],
        },
      },
      {
        name: 'group_by',
        type: 'string',
        description: 'Filterable field by whose values to count what is found.',
        required: false,
        allowed: [fieldName],
      },
      {
        name: 'fields',
        type: 'array',
        description: 'Fields to return of each hit; all without it.',
        required: false,
        items: { type: 'string', description: 'Name of a field, or "*".' },
      },
      limitParameter('limit', input),
      offsetParameter('offset'),
    ],
  }),
  count: (input) => ({
    method: 'GET',
    path: '/indexes/{{pathEscape .index}}/stats',
    description: 'Counts the documents of an index, and in how many of them each field is.',
    pathParams: [indexParameter(input)],
  }),
  cluster_health: () => ({
    method: 'GET',
    path: '/health',
    description: 'Shows whether the server is well.',
  }),
  query_dsl: () => undefined,
};
