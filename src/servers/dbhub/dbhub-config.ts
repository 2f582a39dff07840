import { stringify } from 'smol-toml';
import type { PlatformRanges } from '../../contract/addresses.ts';
import type { DestinationsFile, DialTarget } from '../../contract/destinations.ts';
import type { Source, SourceInput } from '../server-type.ts';
import { databaseDestination } from './dbhub-destination.ts';
import { sourceId } from './dbhub-id.ts';
import { type DbhubPolicy, Operation } from './dbhub-instance.ts';
import { effectivePolicy } from './dbhub-policy.ts';
import { type DatabaseSpec, defaultPorts } from './dbhub-resource.ts';

/** What one Database adds to `dbhub.toml`: a source and its tools (https://dbhub.ai/config/toml); and its destination. */
interface Fragment {
  source: Record<string, string | number | boolean>;
  tools: Record<string, string | number | boolean>[];
  /** Where DBHub connects to for it; absent where it does not. */
  target?: DialTarget;
}

/** Where the volumes of sqlite databases are mounted. */
const volumeRoot = '/data';

/**
 * Every source is lazy, or one unreachable database would end the process; its timeouts and its sslmode
 * are always set, as DBHub has no timeouts by default and falls back to plaintext; and its tools are
 * listed one by one, as `max_rows` and `readonly` belong to them.
 */
export const databaseSource = (input: SourceInput<DatabaseSpec, DbhubPolicy>): Source => {
  const { name, spec, policy, caPath } = input;
  const id = sourceId(name);
  const { readOnly, fields } = effectivePolicy(spec, policy);
  const description = descriptionOf(input);
  const fragment: Fragment = {
    source: {
      id,
      ...(description !== undefined && { description }),
      lazy: true,
      dsn: dsnOf(input, id),
      connection_timeout: spec.connectionTimeout,
      query_timeout: spec.queryTimeout,
      ...(caPath !== undefined && { sslmode: spec.sslMode, sslrootcert: caPath }),
    },
    // DBHub does not start on a tool that is listed twice.
    tools: Operation.options
      .filter((tool) => policy.allowedOperations.includes(tool))
      .map((tool) => ({
        name: tool,
        source: id,
        ...(tool === 'execute_sql' && { readonly: readOnly, max_rows: fields.maxRows }),
      })),
  };
  const target = targetOf(input);
  const mounts = spec.persistentVolumeClaim !== undefined && !input.problem;
  return {
    fragment: { ...fragment, ...(target && { target }) },
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
  if (spec.type === 'sqlite') return `sqlite://${volumeRoot}/${id}/${spec.database}`;
  const port = spec.port ?? defaultPorts[spec.type];
  const credentials = `${placeholder('USERNAME')}:${placeholder('PASSWORD')}`;
  return `${spec.type}://${credentials}@${hostIn({ spec, place })}:${port}/${spec.database}?sslmode=${spec.sslMode}`;
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

/** The whole `dbhub.toml`. */
export const dbhubToml = (fragments: readonly unknown[]): string => {
  const parts = fragments as readonly Fragment[];
  return parts.length === 0
    ? ''
    : `${stringify({ sources: parts.map(({ source }) => source), tools: parts.flatMap(({ tools }) => tools) })}\n`;
};

/** Where DBHub may connect to. */
export const destinationsOf = (
  fragments: readonly unknown[],
  { ranges }: { ranges: PlatformRanges },
): DestinationsFile => ({
  targets: (fragments as readonly Fragment[]).flatMap(({ target }) => target ?? []),
  ranges,
});
