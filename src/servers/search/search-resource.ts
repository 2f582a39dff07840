import { z } from 'zod';
import { dataKey, host, port } from '../../schema/fields.ts';
import { CaRef, credentialsRefFields, resourceFields } from '../../schema/resource.ts';
import { type Rule, ruled } from '../../schema/rules.ts';
import { AuthMethod, EngineType, engines } from './engines.ts';

const types = EngineType.options;
const listed = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;

/** Types that take a method. */
const taking = (method: AuthMethod) => types.filter((type) => engines[type].methods.includes(method));

const rules: readonly Rule<SearchEngineFields>[] = [
  ...AuthMethod.options.map((method) => ({
    rule: `!has(self.credentialsRef) || !has(self.credentialsRef.method) || self.credentialsRef.method != '${method}' || self.type in ${listed(taking(method))}`,
    message: `credentialsRef.method ${method} is for ${taking(method).join(', ')}`,
    holds: (spec: SearchEngineFields) =>
      spec.credentialsRef?.method !== method || taking(method).includes(spec.type),
  })),
  {
    rule: "!has(self.caRef) || self.sslMode == 'verify-full'",
    message: 'caRef is for sslMode verify-full',
    holds: (spec: SearchEngineFields) => spec.caRef === undefined || spec.sslMode === 'verify-full',
  },
];

const defaultPorts = [...new Set(types.map((type) => engines[type].port))].join(', ');

const SearchEngineFields = z.object({
  type: EngineType.meta({ description: 'Kind of search engine.' }),
  host: host('DNS name or IPv4 address of the server.'),
  port: port(`Port of the server; the type's own by default (${defaultPorts}).`).optional(),
  sslMode: z
    .enum(['disable', 'require', 'verify-full'])
    .default('verify-full')
    .meta({ description: 'TLS to the server: none, unverified, or verified by CA and name.' }),
  caRef: CaRef.optional(),
  credentialsRef: z
    .object({
      ...credentialsRefFields,
      method: AuthMethod.optional().meta({
        description:
          'How to authenticate; by default basic for opensearch and elasticsearch, apiKey for the others.',
      }),
      userKey: dataKey('Key that holds the user name, for basic.').default('username'),
      passwordKey: dataKey('Key that holds the password, for basic.').default('password'),
      apiKeyKey: dataKey('Key that holds the API key, as clients send it.').default('api-key'),
      tokenKey: dataKey('Key that holds the token, for bearer.').default('token'),
    })
    .optional()
    .meta({ description: 'The Secret with the credentials; none where the engine asks for none.' }),
  indices: z
    .array(
      z
        .string()
        .min(1)
        .max(255)
        .regex(
          /^[A-Za-z0-9][A-Za-z0-9._-]*[*]?$/,
          'must be the name of an index, or the beginning of names and "*"',
        ),
    )
    .min(1)
    .max(64)
    .optional()
    .meta({
      description:
        'Indices (collections) that may be read: names, or beginnings of names with "*" behind. Absent: any that the credentials may read.',
    }),
  queryTimeout: z.int().min(1).max(300).default(15).meta({ description: 'Seconds that a query may take.' }),
  maxHits: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: 'Hits that a search returns at most; the policy of the Instance may be stricter.' }),
  ...resourceFields,
});
type SearchEngineFields = z.infer<typeof SearchEngineFields>;

/** Spec of a SearchEngine. */
export const SearchEngineSpec = ruled(SearchEngineFields, rules, {
  description: 'A search engine that MCP Toolbox serves, for reading.',
});
export type SearchEngineSpec = z.infer<typeof SearchEngineSpec>;
