import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject } from '../../src/contract/kube.ts';
import { Operation } from '../../src/servers/dbhub/dbhub-instance.ts';
import type { Case } from './databases.ts';

/** Every set of operations that a policy may allow. */
export const operationSets: Operation[][] = Array.from({ length: 2 ** Operation.options.length }, (_, bits) =>
  Operation.options.filter((_, bit) => bits & (1 << bit)),
).filter((set) => set.length > 0);

/** The policy of an Instance, as its spec says it. */
export interface Policy {
  readOnly?: boolean;
  maxRows?: number;
  allowedOperations: Operation[];
}

/** What each tool that is listed says of itself, by name. */
export const descriptionsOf = (tools: readonly Tool[]): Record<string, string> =>
  Object.fromEntries(tools.map(({ name, description = '' }) => [name, description]));

/** What DBHub has to say of `execute_sql` on a Database, alone or as one of several. */
export const executeSql = ({ type, spec, reason }: Case, policy: Policy, id?: string): string => {
  const wish: JsonObject = spec;
  const readonly = (policy.readOnly ?? true) || wish['readOnly'] === true;
  const maxRows = Math.min(policy.maxRows ?? 500, Number(wish['maxRows'] ?? Number.POSITIVE_INFINITY));
  const on = `${id === undefined ? 'the' : `the '${id}'`} ${reason ? 'sqlserver' : type} database`;
  const said = `${reason ? `Not available: ${reason}. ` : ''}${(wish['description'] as string) ?? ''}`.trim();
  const prefix = said && `${said}${/[.!?:]$/.test(said) ? ' ' : '. '}`;
  return `${prefix}Execute SQL queries on ${on}${
    readonly ? ' [READ-ONLY MODE]' : ''
  } (limited to ${maxRows} rows; capped results carry "truncated": true)`;
};
