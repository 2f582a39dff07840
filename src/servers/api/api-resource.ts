import { z } from 'zod';
import { dataKey, objectName, text } from '../../schema/fields.ts';
import { CaRef, credentialsRefFields, resourceFields } from '../../schema/resource.ts';
import { type Rule, ruled } from '../../schema/rules.ts';
import { baseUrl } from './base-url.ts';
import { headerName } from './headers.ts';
import { InlineOperation } from './inline.ts';

const patternsOf = (description: string) =>
  z
    .array(
      text(
        300,
        'Name of an operation, or method and path such as "GET /path". `*` stands for any characters.',
      ).regex(
        /^([A-Za-z0-9_.*/:$#~@+-]+|([A-Z]+|\*) \/\S*)$/,
        'must be the name of an operation, or a method and a path such as "GET /todos*"',
      ),
    )
    .min(1)
    .max(100)
    .meta({ description });

const connectionHeader = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect)$/;

const credentialsRules: readonly Rule<{ method: string; parameter?: string | undefined }>[] = [
  {
    rule: "has(self.parameter) == (self.method in ['header', 'query'])",
    message: 'parameter is required for the methods header and query, and must not be set for others',
    holds: (ref) => (ref.parameter !== undefined) === ['header', 'query'].includes(ref.method),
  },
  {
    rule: `self.method != 'header' || !has(self.parameter) || !self.parameter.matches('(?i)${connectionHeader.source}')`,
    message: 'parameter must not be a header that controls the connection',
    holds: ({ method, parameter = '' }) =>
      method !== 'header' || !connectionHeader.test(parameter.toLowerCase()),
  },
];

const CredentialsRef = ruled(
  z.object({
    ...credentialsRefFields,
    method: z.enum(['bearer', 'basic', 'header', 'query']).default('bearer').meta({
      description:
        'How to send the credentials: as a bearer token, as user name and password (basic), or unchanged in a header or a query parameter.',
    }),
    parameter: z
      .string()
      .min(1)
      .max(64)
      .regex(headerName, 'must consist of letters, digits, "_" or "-"')
      .optional()
      .meta({ description: 'Name of the header or of the query parameter, such as "X-API-Key".' }),
    tokenKey: dataKey(
      'Key of the token, or of the value of the header or query parameter, in the Secret.',
    ).default('token'),
    userKey: dataKey('For basic: key of the user name in the Secret.').default('username'),
    passwordKey: dataKey('For basic: key of the password in the Secret.').default('password'),
  }),
  credentialsRules,
  { description: 'The Secret with the credentials. Default: requests have no credentials.' },
);

const rules: readonly Rule<{
  baseUrl: string;
  caRef?: unknown;
  operations?: readonly { name: string }[] | undefined;
  openapi?: unknown;
}>[] = [
  {
    rule: 'has(self.operations) != has(self.openapi)',
    message: 'exactly one of operations and openapi is required',
    holds: (spec) => (spec.operations === undefined) !== (spec.openapi === undefined),
  },
  {
    rule: '!has(self.operations) || self.operations.all(a, self.operations.exists_one(b, b.name == a.name))',
    message: 'names of operations must be unique',
    holds: ({ operations = [] }) => new Set(operations.map(({ name }) => name)).size === operations.length,
  },
  {
    rule: "!has(self.caRef) || self.baseUrl.startsWith('https://')",
    message: 'caRef is supported for https only',
    holds: (spec) => spec.caRef === undefined || spec.baseUrl.startsWith('https://'),
  },
];

/** Spec of an APIEndpoint. */
export const ApiEndpointSpec = ruled(
  z.object({
    baseUrl: baseUrl('URL of the API: http or https, a host, and an optional port and path.'),
    credentialsRef: CredentialsRef.optional(),
    caRef: CaRef.optional(),
    operations: z
      .array(InlineOperation)
      .min(1)
      .max(64)
      .optional()
      .meta({ description: 'The operations of the API.' }),
    openapi: z
      .object({
        configMap: objectName('Name of the ConfigMap, in this namespace.'),
        key: dataKey('Key of the document, in JSON or YAML.').default('openapi.json'),
      })
      .optional()
      .meta({ description: 'An OpenAPI 3.0 or 3.1 document with the operations of the API.' }),
    allow: patternsOf('Operations that are served. Default: all operations.').optional(),
    deny: patternsOf('Operations that are not served. This overrides allow.').optional(),
    healthPath: z
      .string()
      .max(256)
      .regex(
        /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?$/,
        'must be a path without query and escapes, such as "/health"',
      )
      .optional()
      .meta({
        description:
          'Path below baseUrl that the probe requests. It must answer 2xx if the credentials are valid. Default: the probe requests baseUrl, and also accepts answers about the path or method: 400, 404, 405, 406, 410, 411, 415, 422, or a redirect to the same host.',
      }),
    timeout: z
      .int()
      .min(1)
      .max(300)
      .default(30)
      .meta({ description: 'Maximum duration of a request in seconds.' }),
    ...resourceFields,
  }),
  rules,
  { description: 'An HTTP API that MCP Toolbox serves, operation by operation.' },
);
export type ApiEndpointSpec = z.infer<typeof ApiEndpointSpec>;
