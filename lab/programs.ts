import { type NeedName, needs } from './sources/needs.ts';

/** A real program that tests and the demo start: a server, or a backend. */
export interface Program {
  /** Name for people. */
  name: string;
  /** What starts it, as a path relative to the root of the repository. */
  module: string;
  /** What the machine needs. Empty if npm installs it. */
  needs: readonly NeedName[];
  /** Platforms where it exists, as `process.platform` and `process.arch`. Default: all platforms of its needs. */
  platforms?: readonly string[];
}

const unix = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

export const programs = {
  postgres: { name: 'PostgreSQL', module: 'lab/backends/postgres.ts', needs: [], platforms: unix },
  dbhub: { name: 'DBHub', module: 'lab/servers/dbhub.ts', needs: [] },
  todo: { name: 'the to-do API', module: 'lab/backends/todo.ts', needs: [] },
  toolbox: {
    name: 'MCP Toolbox',
    module: 'lab/servers/toolbox.ts',
    needs: [],
    // the packages @toolbox-sdk/server-* in package.json
    platforms: ['linux-x64', 'darwin-x64', 'darwin-arm64'],
  },
  mysql: {
    name: 'MySQL',
    module: 'lab/backends/mysql.ts',
    needs: ['maven', 'tar', 'debian'],
    platforms: ['linux-x64'],
  },
  mariadb: {
    name: 'MariaDB',
    module: 'lab/backends/mariadb.ts',
    needs: ['debian'],
    platforms: ['linux-x64'],
  },
  pgbouncer: {
    name: 'PgBouncer',
    module: 'lab/backends/pgbouncer.ts',
    needs: ['debian'],
    platforms: ['linux-x64'],
  },
  opensearch: { name: 'OpenSearch', module: 'lab/backends/opensearch.ts', needs: ['java', 'maven'] },
  go: { name: 'programs in Go (versitygw, mcp-s3, …)', module: 'lab/tools/build.ts', needs: ['go'] },
} as const satisfies Record<string, Program>;

/** This machine, such as `darwin-arm64`. */
export const here = `${process.platform}-${process.arch}`;

/** Why a program cannot run on a kind of machine, whatever is installed. Undefined if it can. */
export function impossible({ name, platforms }: Program, platform = here): string | undefined {
  if (platforms === undefined || platforms.includes(platform)) return undefined;
  return `${name} is available only on ${platforms.join(', ')}`;
}

/** The needs of programs, each with the names of the programs that have it. */
export function needsOf(wanted: readonly Program[]): Map<NeedName, string[]> {
  const purposes = new Map<NeedName, string[]>();
  for (const name of Object.keys(needs) as NeedName[]) {
    const users = wanted.filter((program) => program.needs.includes(name));
    if (users.length > 0)
      purposes.set(
        name,
        users.map((program) => program.name),
      );
  }
  return purposes;
}
