import { z } from 'zod';
import { dataKey, host, objectName, port, text } from '../../schema/fields.ts';
import { CaRef, credentialsRefFields, resourceFields } from '../../schema/resource.ts';
import { type Rule, ruled } from '../../schema/rules.ts';

/** The databases that DBHub supports, with their default ports. */
export const defaultPorts = {
  postgres: 5432,
  mysql: 3306,
  mariadb: 3306,
  sqlserver: 1433,
  sqlite: undefined,
  oracle: 1521,
} as const;

export const DatabaseType = z.enum(['postgres', 'mysql', 'mariadb', 'sqlserver', 'sqlite', 'oracle']);
export type DatabaseType = z.infer<typeof DatabaseType>;

export const SslMode = z.enum(['disable', 'require', 'verify-ca', 'verify-full']);
export type SslMode = z.infer<typeof SslMode>;

/** The types for which a Secret can provide a URI. */
const uriTypes: readonly DatabaseType[] = ['postgres', 'mysql', 'mariadb', 'sqlserver'];

const rules: readonly Rule<DatabaseFields>[] = [
  {
    rule: "self.type == 'sqlite' || (has(self.credentialsRef) && (has(self.host) || has(self.credentialsRef.hostKey) || has(self.credentialsRef.uriKey)))",
    message:
      'host and credentialsRef are required unless the type is sqlite; credentialsRef.hostKey or credentialsRef.uriKey can provide the host',
    holds: ({ type, host, credentialsRef: ref }) =>
      type === 'sqlite' || (ref !== undefined && (host ?? ref.hostKey ?? ref.uriKey) !== undefined),
  },
  {
    rule: 'has(self.database) || (has(self.credentialsRef) && (has(self.credentialsRef.databaseKey) || has(self.credentialsRef.uriKey)))',
    message: 'database is required; credentialsRef.databaseKey or credentialsRef.uriKey can provide it',
    holds: ({ database, credentialsRef: ref }) => (database ?? ref?.databaseKey ?? ref?.uriKey) !== undefined,
  },
  {
    rule: "!has(self.credentialsRef) || !has(self.credentialsRef.uriKey) || (self.type in ['postgres', 'mysql', 'mariadb', 'sqlserver'] && !has(self.credentialsRef.user) && !has(self.credentialsRef.jsonKey) && !has(self.credentialsRef.hostKey) && !has(self.credentialsRef.portKey) && !has(self.credentialsRef.databaseKey))",
    message:
      'credentialsRef.uriKey is supported for postgres, mysql, mariadb and sqlserver, without user, jsonKey, hostKey, portKey and databaseKey',
    holds: ({ type, credentialsRef: ref }) =>
      ref?.uriKey === undefined ||
      (uriTypes.includes(type) &&
        (ref.user ?? ref.jsonKey ?? ref.hostKey ?? ref.portKey ?? ref.databaseKey) === undefined),
  },
  {
    rule: "(self.type == 'sqlite') == has(self.persistentVolumeClaim)",
    message: 'persistentVolumeClaim is required for sqlite, and must not be set for other types',
    holds: (spec) => (spec.type === 'sqlite') === (spec.persistentVolumeClaim !== undefined),
  },
  {
    rule: "self.type != 'sqlite' || (!has(self.host) && !has(self.port) && !has(self.credentialsRef))",
    message: 'host, port and credentialsRef must not be set for sqlite, which is a file',
    holds: (spec) =>
      spec.type !== 'sqlite' ||
      (spec.host === undefined && spec.port === undefined && spec.credentialsRef === undefined),
  },
  {
    rule: "self.type == 'sqlite' || !has(self.database) || !self.database.contains('/')",
    message: 'database must not contain "/" unless the type is sqlite',
    holds: (spec) => spec.type === 'sqlite' || !spec.database?.includes('/'),
  },
  {
    rule: "self.type != 'sqlite' || !has(self.database) || !self.database.contains('..')",
    message: 'database must not contain "..", which would leave the volume',
    holds: (spec) => spec.type !== 'sqlite' || !spec.database?.includes('..'),
  },
  {
    rule: "self.sslMode != 'verify-ca' || self.type == 'postgres'",
    message: 'sslMode verify-ca is supported for postgres only',
    holds: (spec) => spec.sslMode !== 'verify-ca' || spec.type === 'postgres',
  },
  {
    rule: "self.sslMode != 'verify-full' || self.type in ['postgres', 'oracle']",
    message: 'sslMode verify-full is supported for postgres and oracle only',
    holds: (spec) => spec.sslMode !== 'verify-full' || ['postgres', 'oracle'].includes(spec.type),
  },
  {
    rule: "!has(self.caRef) || (self.type == 'postgres' && self.sslMode.startsWith('verify'))",
    message: 'caRef is supported for postgres with sslMode verify-ca or verify-full only',
    holds: (spec) =>
      spec.caRef === undefined || (spec.type === 'postgres' && spec.sslMode.startsWith('verify')),
  },
];

export const DatabaseFields = z.object({
  type: DatabaseType.meta({ description: 'Kind of database.' }),
  host: host('DNS name or IPv4 address of the server.').optional(),
  port: port('Port of the server. Default: the port of the type (5432, 3306, 1433, 1521).').optional(),
  database: z
    .string()
    .min(1)
    .max(128)
    .regex(
      /^[A-Za-z0-9_][A-Za-z0-9_.$/-]*$/,
      'must start with a letter, digit or "_", followed by these, ".", "$" or "-"',
    )
    .meta({
      description:
        'Name of the database. For oracle: the service name. For sqlite: the path of the file in its volume.',
    })
    .optional(),
  credentialsRef: z
    .object({
      ...credentialsRefFields,
      userKey: dataKey('Key of the user name in the Secret.').default('username'),
      passwordKey: dataKey('Key of the password in the Secret.').default('password'),
      user: text(128, 'User name, for a Secret that contains only the password.').optional(),
      hostKey: dataKey(
        'Key of the host in the Secret, as "host" or "host:port". Used if host is not set.',
      ).optional(),
      portKey: dataKey('Key of the port in the Secret. Used if port is not set.').optional(),
      databaseKey: dataKey('Key of the database in the Secret. Used if database is not set.').optional(),
      uriKey: dataKey(
        'Key of a connection URI in the Secret, which provides the user name and password, and the host, port and database that the spec does not set.',
      ).optional(),
      jsonKey: dataKey(
        'Key of a JSON object in the Secret. The other keys are then names of its fields.',
      ).optional(),
    })
    .optional()
    .meta({ description: 'The Secret with the user name and password.' }),
  persistentVolumeClaim: objectName(
    'For sqlite: the PersistentVolumeClaim with the file. Its access mode must be ReadWriteMany or ReadOnlyMany.',
  ).optional(),
  connectionTimeout: z
    .int()
    .min(1)
    .max(300)
    .default(30)
    .meta({ description: 'Seconds to wait for a connection.' }),
  queryTimeout: z
    .int()
    .min(1)
    .max(3600)
    .default(15)
    .meta({ description: 'Maximum duration of a query in seconds.' }),
  sslMode: SslMode.default('require').meta({
    description:
      'TLS to the server: disable: no TLS; require: TLS without verification; verify-ca: verify the certificate authority (postgres); verify-full: verify the certificate authority and the host name (postgres, oracle).',
  }),
  caRef: CaRef.optional(),
  maxRows: z.int().min(1).max(100_000).optional().meta({
    description: 'Maximum number of rows that a query returns. The policy of the Instance can reduce it.',
  }),
  ...resourceFields,
});
type DatabaseFields = z.infer<typeof DatabaseFields>;

/** Spec of a Database. */
export const DatabaseSpec = ruled(DatabaseFields, rules, { description: 'A database that DBHub serves.' });
export type DatabaseSpec = z.infer<typeof DatabaseSpec>;
