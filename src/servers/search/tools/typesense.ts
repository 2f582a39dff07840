import type { Parameter } from '../../toolbox/toolbox-tool.ts';
import { type EngineTools, indexParameter, limitParameter } from './tool.ts';

/** "$" starts a reference to another collection. https://typesense.org/docs/29.0/api/joins.html */
const ownFieldsOnly = ['^[^$]*$'];

const collection = (input: Parameters<typeof indexParameter>[0]): Parameter =>
  indexParameter(input, 'collection');

const fieldNames = '^([A-Za-z0-9_.]+(,[A-Za-z0-9_.]+)*)?$';

/** https://typesense.org/docs/29.0/api/search.html#pagination-parameters */
const mostHits = 250;

/** https://typesense.org/docs/29.0/api/ */
export const typesense: EngineTools = {
  // The API cannot filter the list by name.
  list_indices: ({ spec }) =>
    spec.indices
      ? undefined
      : {
          method: 'GET',
          path: '/collections?exclude_fields=fields',
          description: 'Lists the collections with their number of documents.',
        },
  get_mapping: (input) => ({
    method: 'GET',
    path: '/collections/{{pathEscape .collection}}',
    description: 'Shows the fields of a collection and their types.',
    pathParams: [collection(input)],
  }),
  search: (input) => ({
    method: 'GET',
    path: '/collections/{{pathEscape .collection}}/documents/search',
    description: 'Searches a collection and returns the hits.',
    pathParams: [collection(input)],
    queryParams: [
      { name: 'q', type: 'string', description: 'Words to look for; "*" finds everything.', default: '*' },
      {
        name: 'query_by',
        type: 'string',
        description: 'Fields to look in, with commas between them, such as title,text.',
        allowed: ['^[A-Za-z0-9_.]+(,[A-Za-z0-9_.]+)*$'],
      },
      {
        name: 'filter_by',
        type: 'string',
        description: 'Condition on fields, such as: city:=Bern && total:>100.',
        default: '',
        allowed: ownFieldsOnly,
      },
      {
        name: 'sort_by',
        type: 'string',
        description: 'What to sort by, such as total:desc.',
        default: '',
        allowed: ['^([A-Za-z0-9_.]+:(asc|desc)(,[A-Za-z0-9_.]+:(asc|desc))*)?$'],
      },
      {
        name: 'facet_by',
        type: 'string',
        description: 'Faceted field by whose values to count what is found.',
        default: '',
        allowed: ['^[A-Za-z0-9_.]*$'],
      },
      {
        name: 'include_fields',
        type: 'string',
        description: 'Fields to return of each hit, with commas between them; empty returns all.',
        default: '',
        allowed: [fieldNames],
      },
      {
        name: 'exclude_fields',
        type: 'string',
        description: 'Fields to leave out of each hit, with commas between them, such as vectors.',
        default: 'embedding',
        allowed: [fieldNames],
      },
      limitParameter('per_page', { ...input, maxHits: Math.min(input.maxHits, mostHits) }),
      { name: 'page', type: 'integer', description: 'Which page of hits.', default: 1, min: 1, max: 10_000 },
    ],
  }),
  count: (input) => ({
    method: 'GET',
    path: '/collections/{{pathEscape .collection}}/documents/search?q=*&per_page=0',
    description: 'Counts the documents of a collection that a condition holds for: found.',
    pathParams: [collection(input)],
    queryParams: [
      {
        name: 'filter_by',
        type: 'string',
        description: 'Condition on fields, such as: city:=Bern && total:>100; empty counts all.',
        default: '',
        allowed: ownFieldsOnly,
      },
    ],
  }),
  cluster_health: () => ({
    method: 'GET',
    path: '/health',
    description: 'Shows whether the server is well.',
  }),
  query_dsl: () => undefined,
};
