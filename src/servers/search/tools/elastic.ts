import type { Parameter } from '../../toolbox/toolbox-tool.ts';
import type { SearchEngineSpec } from '../search-resource.ts';
import {
  type EngineTools,
  fieldName,
  indexParameter,
  limitParameter,
  offsetParameter,
  type ToolInput,
} from './tool.ts';

/**
 * A query whose quotes and regular expressions are closed. The syntax error of an engine would reach clients as a status
 * without a reason. https://lucene.apache.org/core/9_12_0/queryparser/org/apache/lucene/queryparser/classic/package-summary.html
 */
const closed = String.raw`^([^"/\\]|\\[\s\S]|"([^"\\]|\\[\s\S])*"|/([^/\\]|\\[\s\S])*/)*$`;

const query: Parameter = {
  name: 'query',
  type: 'string',
  description:
    'What to look for, in the syntax of query_string (Lucene): words, "a phrase", field:value, total:>100, placed:[2026-01-01 TO now], AND, OR, NOT. "*" finds everything. Close every quote and bracket. Put text with special characters such as / in quotes: path:"/var/log". Otherwise, the status is 400.',
  default: '*',
  allowed: [closed],
};

/** The syntax of query_string cannot name another index. Other queries can (terms lookup, more_like_this, percolate). */
const queryString = '"query":{"query_string":{"query":{{json .query}}}}';

const sort: Parameter[] = [
  {
    name: 'sort_by',
    type: 'string',
    description: 'Field to sort by: a number, a date or a keyword. By relevance (_score) without it.',
    required: false,
    allowed: [fieldName],
  },
  {
    name: 'order',
    type: 'string',
    description: 'asc or desc.',
    default: 'desc',
    allowed: ['^(asc|desc)$'],
  },
];

const groupBy: Parameter = {
  name: 'group_by',
  type: 'string',
  description:
    'Field by whose values to count what is found: a keyword, a number or a date. With size 0 only the counts come back.',
  required: false,
  allowed: [fieldName],
};

const fields: Parameter = {
  name: 'fields',
  type: 'array',
  description:
    'Fields to return of each hit. Without it, all except those with "vector" or "embedding" in their name.',
  required: false,
  items: {
    type: 'string',
    description: 'Name of a field, or a pattern with "*".',
    allowed: ['^[A-Za-z0-9_.@*-]+$'],
  },
};

/** Toolbox reads numbers of JSON as floats. It returns YAML as it is. */
const format: Parameter = {
  name: 'format',
  type: 'string',
  description: 'json, which rounds integers above 9007199254740991, or yaml, which keeps all their digits.',
  default: 'json',
  allowed: ['^(json|yaml)$'],
};

/** The engines search the first 10,000 hits: `index.max_result_window`. */
const skip = ({ maxHits }: ToolInput): Parameter => ({
  ...offsetParameter('skip'),
  description:
    'How many hits to skip. Engines return the first 10000 hits only: narrow the query for others.',
  max: 10_000 - maxHits,
});

/** The request that lists the indices. Elasticsearch refuses the whole list if one name does not exist. */
export const listPath = ({ indices }: SearchEngineSpec): string =>
  indices
    ? `/_resolve/index/${[...new Set(indices)].sort().map(encodeURIComponent).join(',')}?ignore_unavailable=true`
    : '/_resolve/index/*,-.*';

const searchBody = ({ spec, maxHits }: ToolInput): string =>
  [
    `{${queryString},"from":{{.skip}},"size":{{.size}},"timeout":"${spec.queryTimeout}s"`,
    '{{if .sort_by}},"sort":[{ {{json .sort_by}}:{"order":{{json .order}}',
    '{{if ne .sort_by "_score"}},"unmapped_type":"keyword"{{end}}}}]{{end}}',
    ',"_source":{{if .fields}}{{json .fields}}{{else}}{"excludes":["*vector*","*embedding*"]}{{end}}',
    `{{if .group_by}},"aggs":{"groups":{"terms":{"field":{{json .group_by}},"size":${maxHits}}}}{{end}}}`,
  ].join('');

const json = { 'Content-Type': 'application/json' };

/** OpenSearch and Elasticsearch. https://docs.opensearch.org/2.19/api-reference/ */
export const elastic: EngineTools = {
  // `_cat/indices` returns more, but requires the permission to read the state of the whole cluster.
  list_indices: ({ spec }) => ({
    method: 'GET',
    path: listPath(spec),
    description: 'Lists the indices, aliases and data streams that may be searched.',
  }),
  get_mapping: (input) => ({
    method: 'GET',
    path: '/{{pathEscape .index}}/_mapping',
    description: 'Shows the fields of an index and their types.',
    pathParams: [indexParameter(input)],
  }),
  search: (input) => ({
    method: 'POST',
    path: '/{{pathEscape .index}}/_search',
    description: 'Searches an index and returns the hits; counts them by the values of a field on request.',
    headers: json,
    pathParams: [indexParameter(input)],
    queryParams: [format],
    body: searchBody(input),
    bodyParams: [query, limitParameter('size', input), skip(input), ...sort, fields, groupBy],
  }),
  count: (input) => ({
    method: 'POST',
    path: '/{{pathEscape .index}}/_count',
    description: 'Counts the documents of an index that a query finds.',
    headers: json,
    pathParams: [indexParameter(input)],
    body: `{${queryString}}`,
    bodyParams: [query],
  }),
  cluster_health: () => ({
    method: 'GET',
    path: '/_cluster/health?timeout=5s',
    description: 'Shows the health of the cluster.',
  }),
  query_dsl: (input) =>
    input.spec.indices
      ? undefined
      : {
          method: 'POST',
          path: '/{{pathEscape .index}}/_search',
          description:
            'Searches an index by a whole search body: query, aggs, sort, _source, highlight and what else the query DSL has.',
          headers: json,
          pathParams: [indexParameter(input)],
          // In the query of the URL, where it overrides the body.
          queryParams: [limitParameter('size', input), format],
          body: '{{json .body}}',
          bodyParams: [{ name: 'body', type: 'map', description: 'The search body.' }],
        },
};
