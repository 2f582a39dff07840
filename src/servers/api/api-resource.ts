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
      text(300, 'An operation by its name, or as "GET /path"; "*" stands for any characters.').regex(
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
    message: 'parameter is required for the methods header and query, and for these alone',
    holds: (ref) => (ref.parameter !== undefined) === ['header', 'query'].includes(ref.method),
  },
  {
    rule: `self.method != 'header' || !has(self.parameter) || !self.parameter.matches('(?i)${connectionHeader.source}')`,
    message: 'parameter must not be a header that steers the connection',
    holds: ({ method, parameter = '' }) =>
      method !== 'header' || !connectionHeader.test(parameter.toLowerCase()),
  },
];

const CredentialsRef = ruled(
  z.object({
    ...credentialsRefFields,
    method: z.enum(['bearer', 'basic', 'header', 'query']).default('bearer').meta({
      description:
        'How they are presented: as a bearer token, as user name and password, or as they stand in a header or in the query.',
    }),
    parameter: z
      .string()
      .min(1)
      .max(64)
      .regex(headerName, 'must consist of letters, digits, "_" or "-"')
      .optional()
      .meta({ description: 'Name of the header or of the query parameter: "X-API-Key".' }),
    tokenKey: dataKey('Key that holds the token, or what goes into the header or the query.').default(
      'token',
    ),
    userKey: dataKey('For basic: key that holds the user name.').default('username'),
    passwordKey: dataKey('For basic: key that holds the password.').default('password'),
  }),
  credentialsRules,
  { description: 'The Secret with the credentials; without it none are presented.' },
);

const rules: readonly Rule<{
  baseUrl: string;
  caRef?: unknown;
  operations?: readonly { name: string }[] | undefined;
  openapi?: unknown;
}>[] = [
  {
    rule: 'has(self.operations) != has(self.openapi)',
    message: 'operations or openapi is required, and only one of them',
    holds: (spec) => (spec.operations === undefined) !== (spec.openapi === undefined),
  },
  {
    rule: '!has(self.operations) || self.operations.all(a, self.operations.exists_one(b, b.name == a.name))',
    message: 'two operations must not have the same name',
    holds: ({ operations = [] }) => new Set(operations.map(({ name }) => name)).size === operations.length,
  },
  {
    rule: "!has(self.caRef) || self.baseUrl.startsWith('https://')",
    message: 'caRef is for https',
    holds: (spec) => spec.caRef === undefined || spec.baseUrl.startsWith('https://'),
  },
];

/** Spec of an APIEndpoint. */
export const ApiEndpointSpec = ruled(
  z.object({
    baseUrl: baseUrl('Where the API is: http or https, a host, and perhaps a port and a path.'),
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
        key: dataKey('Key that holds the document, in JSON or YAML.').default('openapi.json'),
      })
      .optional()
      .meta({ description: 'An OpenAPI 3.0 or 3.1 document that has the operations of the API.' }),
    allow: patternsOf('The operations that are served, where not all of them are.').optional(),
    deny: patternsOf('Operations that are not served, whatever allow names.').optional(),
    healthPath: z
      .string()
      .max(256)
      .regex(/^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?$/, 'must be a plain path, such as "/health"')
      .optional()
      .meta({
        description:
          'Path below baseUrl that the probe gets, and that answers 2xx to who may use the API. Without it baseUrl itself is asked, and an answer about its path or method is enough: 2xx, 400, 404, 405, 406, 410, 411, 415, 422, or a redirect to the same host.',
      }),
    timeout: z.int().min(1).max(300).default(30).meta({ description: 'Seconds that a request may take.' }),
    ...resourceFields,
  }),
  rules,
  { description: 'An HTTP API that MCP Toolbox serves, operation by operation.' },
);
export type ApiEndpointSpec = z.infer<typeof ApiEndpointSpec>;
