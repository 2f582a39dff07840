import { z } from 'zod';
import { dataKey, host, port } from '../../schema/fields.ts';
import { CaRef, credentialsRefFields, resourceFields } from '../../schema/resource.ts';
import { type Rule, ruled } from '../../schema/rules.ts';
import { AuthMethod, EngineType, engines } from './engines.ts';
import { firstOfName, restOfName } from './index-names.ts';

const types = EngineType.options;
const listed = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;

/** The types that support a method. */
const taking = (method: AuthMethod) => types.filter((type) => engines[type].methods.includes(method));

const rules: readonly Rule<SearchEngineFields>[] = [
  ...AuthMethod.options.map((method) => ({
    rule: `!has(self.credentialsRef) || !has(self.credentialsRef.method) || self.credentialsRef.method != '${method}' || self.type in ${listed(taking(method))}`,
    message: `credentialsRef.method ${method} is supported for ${taking(method).join(', ')} only`,
    holds: (spec: SearchEngineFields) =>
      spec.credentialsRef?.method !== method || taking(method).includes(spec.type),
  })),
  {
    rule: "!has(self.caRef) || self.sslMode == 'verify-full'",
    message: 'caRef is supported for sslMode verify-full only',
    holds: (spec: SearchEngineFields) => spec.caRef === undefined || spec.sslMode === 'verify-full',
  },
];

const defaultPorts = [...new Set(types.map((type) => engines[type].port))].join(', ');

const SearchEngineFields = z.object({
  type: EngineType.meta({ description: 'Kind of search engine.' }),
  host: host('DNS name or IPv4 address of the server.'),
  port: port(`Port of the server. Default: the port of the type (${defaultPorts}).`).optional(),
  basePath: z
    .string()
    .min(2)
    .max(256)
    .regex(/^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/, 'must be a path such as "/search", without a final "/"')
    .optional()
    .meta({
      description: 'Path of the engine behind a proxy, such as `/search`. Default: the root of the host.',
    }),
  sslMode: z.enum(['disable', 'require', 'verify-full']).default('verify-full').meta({
    description:
      'TLS to the server: disable: no TLS; require: TLS without verification; verify-full: verify the certificate authority and the host name.',
  }),
  caRef: CaRef.optional(),
  credentialsRef: z
    .object({
      ...credentialsRefFields,
      method: AuthMethod.optional().meta({
        description:
          'Authentication method. Default: basic for opensearch and elasticsearch, apiKey for the others.',
      }),
      userKey: dataKey('For basic: key of the user name in the Secret.').default('username'),
      passwordKey: dataKey('For basic: key of the password in the Secret.').default('password'),
      apiKeyKey: dataKey('For apiKey: key of the API key in the Secret, as clients send it.').default(
        'api-key',
      ),
      tokenKey: dataKey('For bearer: key of the token in the Secret.').default('token'),
    })
    .optional()
    .meta({
      description:
        'The Secret with the credentials. Not needed if the search engine does not require authentication.',
    }),
  indices: z
    .array(
      z
        .string()
        .min(1)
        .max(255)
        .regex(
          new RegExp(`^${firstOfName}${restOfName}*[*]?$`, 'u'),
          'must be the name of an index, or a prefix followed by "*"',
        ),
    )
    .min(1)
    .max(64)
    .optional()
    .meta({
      description:
        'Indices (collections) that may be read: names, or prefixes followed by `*`. Default: all indices that the credentials can read.',
    }),
  queryTimeout: z
    .int()
    .min(1)
    .max(300)
    .default(15)
    .meta({ description: 'Maximum duration of a query in seconds.' }),
  maxHits: z.int().min(1).max(1000).optional().meta({
    description: 'Maximum number of hits that a search returns. The policy of the Instance can reduce it.',
  }),
  ...resourceFields,
});
type SearchEngineFields = z.infer<typeof SearchEngineFields>;

/** Spec of a SearchEngine. */
export const SearchEngineSpec = ruled(SearchEngineFields, rules, {
  description: 'A search engine that MCP Toolbox serves read-only.',
});
export type SearchEngineSpec = z.infer<typeof SearchEngineSpec>;
