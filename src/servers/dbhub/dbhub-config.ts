import { stringify } from 'smol-toml';
import type { DialTarget } from '../../contract/destinations.ts';
import type { Source, SourceInput } from '../server-type.ts';
import { databaseDestination } from './dbhub-destination.ts';
import { sourceId } from './dbhub-id.ts';
import { type DbhubPolicy, Operation } from './dbhub-instance.ts';
import { effectivePolicy } from './dbhub-policy.ts';
import { type DatabaseSpec, defaultPorts } from './dbhub-resource.ts';

/** Where the volumes of sqlite databases are mounted. */
const volumeRoot = '/data';

/**
 * A Database as a source of DBHub and its tools (https://dbhub.ai/config/toml). Every source is lazy, because otherwise
 * one unreachable database would end the process. Timeouts and sslmode are always set, because DBHub has no timeouts by
 * default and falls back to plain text. Tools are listed one by one, because `max_rows` and `readonly` belong to them.
 */
export const databaseSource = (input: SourceInput<DatabaseSpec, DbhubPolicy>): Source => {
  const { name, spec, policy, caPath } = input;
  const id = sourceId(name);
  const { readOnly, fields } = effectivePolicy(spec, policy);
  const description = descriptionOf(input);
  const source = {
    id,
    ...(description !== undefined && { description }),
    lazy: true,
    dsn: dsnOf(input, id),
    connection_timeout: spec.connectionTimeout,
    query_timeout: spec.queryTimeout,
    ...(caPath !== undefined && { sslmode: spec.sslMode, sslrootcert: caPath }),
  };
  // DBHub exits when a tool is listed twice.
  const tools = Operation.options
    .filter((tool) => policy.allowedOperations.includes(tool))
    .map((tool) => ({
      name: tool,
      source: id,
      ...(tool === 'execute_sql' && { readonly: readOnly, max_rows: fields.maxRows }),
    }));
  const target = targetOf(input);
  const mounts = spec.persistentVolumeClaim !== undefined && !input.problem;
  return {
    texts: [stringify({ sources: [source] }), stringify({ tools })],
    ...(target && { target }),
    ...(mounts && {
      volume: {
        persistentVolumeClaim: spec.persistentVolumeClaim ?? '',
        mountPath: `${volumeRoot}/${id}`,
        readOnly,
      },
    }),
  };
};

/** The DSN, with placeholders for what is secret. */
const dsnOf = (
  { spec, place, problem, placeholder }: SourceInput<DatabaseSpec, DbhubPolicy>,
  id: string,
): string => {
  if (problem) return unusableDsn(problem.reason);
  if (spec.type === 'sqlite') return `sqlite://${volumeRoot}/${id}/${spec.database ?? ''}`;
  const port = spec.port ?? defaultPorts[spec.type];
  const credentials = `${placeholder('USERNAME')}:${placeholder('PASSWORD')}`;
  return `${spec.type}://${credentials}@${hostIn({ spec, place })}:${port}/${spec.database ?? ''}?sslmode=${spec.sslMode}`;
};

/** The drivers verify the name that they connect to, and a certificate has the one that the tenant knows. */
const hostIn = ({ spec, place }: Pick<SourceInput<DatabaseSpec, DbhubPolicy>, 'spec' | 'place'>): string =>
  spec.sslMode.startsWith('verify') ? (place.name ?? place.host) : place.host;

/**
 * A Database without usable credentials keeps its place, so that the tools of the others keep their names.
 * Its host says why, in a domain that never resolves (RFC 6761), and its type is the one whose connector
 * shows the host in the error of a call, at once; tool names do not depend on the type.
 */
const unusableDsn = (reason: string): string =>
  `sqlserver://${hostFor(reason)}:1433/unusable?sslmode=disable`;

/** Seconds beyond its own timeouts that a driver has to notice them: DBHub gives PostgreSQL 5 s. */
const grace = 10;

const targetOf = ({
  spec,
  problem,
  place,
}: SourceInput<DatabaseSpec, DbhubPolicy>): DialTarget | undefined => {
  const destination = problem ? undefined : databaseDestination(spec);
  return (
    destination && {
      ...destination,
      host: hostIn({ spec, place }),
      ...(place.name !== undefined && { resolve: place.host }),
      addresses: place.addresses,
      seconds: Math.max(spec.connectionTimeout, spec.queryTimeout) + grace,
    }
  );
};

/** What DBHub puts before the description of each tool of the source. */
const descriptionOf = ({ spec, problem }: SourceInput<DatabaseSpec, DbhubPolicy>): string | undefined =>
  problem ? `Not available: ${problem.reason}. ${spec.description ?? ''}`.trim() : spec.description;

/** `SecretNotFound` → `secret-not-found.invalid`, `CAInvalid` → `ca-invalid.invalid`. */
const hostFor = (reason: string): string =>
  `${reason.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase()}.invalid`;

/** The whole `dbhub.toml`: all sources, then all tools. */
export const dbhubToml = (texts: readonly (readonly string[])[]): string =>
  [...texts.map(([source]) => source), ...texts.map(([, tools]) => tools)]
    .map((text) => `${text}\n`)
    .join('');
