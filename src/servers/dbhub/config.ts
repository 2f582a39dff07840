import { stringify } from 'smol-toml';
import type { Source, SourceInput } from '../../contract/server-type.ts';
import { type DatabaseSpec, defaultPorts } from './database.ts';
import type { DbhubPolicy } from './dbhub-instance.ts';
import { sourceId } from './id.ts';
import { effectivePolicy } from './policy.ts';

/** What one Database adds to `dbhub.toml`: a source, and its tools. https://dbhub.ai/config/toml */
interface Fragment {
  source: Record<string, string | number | boolean>;
  tools: Record<string, string | number | boolean>[];
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
  const { readonly, fields } = effectivePolicy(spec, policy);
  const fragment: Fragment = {
    source: {
      id,
      ...(spec.description !== undefined && { description: spec.description }),
      lazy: true,
      dsn: dsnOf(input, id),
      connection_timeout: spec.connectionTimeout,
      query_timeout: spec.queryTimeout,
      ...(caPath !== undefined && { sslmode: spec.sslMode, sslrootcert: caPath }),
    },
    tools: policy.allowedOperations.map((tool) => ({
      name: tool,
      source: id,
      ...(tool === 'execute_sql' && { readonly, max_rows: fields.maxRows }),
    })),
  };
  const mounts = spec.persistentVolumeClaim !== undefined && !input.problem;
  return {
    fragment,
    ...(mounts && {
      volume: {
        persistentVolumeClaim: spec.persistentVolumeClaim ?? '',
        mountPath: `${volumeRoot}/${id}`,
        readOnly: readonly,
      },
    }),
  };
};

/**
 * The DSN, with placeholders for what is secret. A Database without usable credentials keeps its place,
 * so that the tools of the others keep their names; its host says why, in a domain that never resolves
 * (RFC 6761).
 */
const dsnOf = (
  { spec, problem, placeholder }: SourceInput<DatabaseSpec, DbhubPolicy>,
  id: string,
): string => {
  if (spec.type === 'sqlite')
    return problem
      ? `sqlite:///${hostFor(problem.reason)}/${id}`
      : `sqlite://${volumeRoot}/${id}/${spec.database}`;
  const port = spec.port ?? defaultPorts[spec.type];
  const query = `?sslmode=${problem && spec.sslMode.startsWith('verify') ? 'require' : spec.sslMode}`;
  if (problem)
    return `${spec.type}://unusable:unusable@${hostFor(problem.reason)}:${port}/${spec.database}${query}`;
  return `${spec.type}://${placeholder('USERNAME')}:${placeholder('PASSWORD')}@${spec.host}:${port}/${spec.database}${query}`;
};

/** `SecretNotFound` → `secret-not-found.invalid`. */
const hostFor = (reason: string): string =>
  `${reason.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()}.invalid`;

/** The whole `dbhub.toml`. */
export const dbhubToml = (fragments: readonly unknown[]): string => {
  const parts = fragments as readonly Fragment[];
  return parts.length === 0
    ? ''
    : `${stringify({ sources: parts.map(({ source }) => source), tools: parts.flatMap(({ tools }) => tools) })}\n`;
};
