import { allPrivileges, type Grant, parseGrant, rightOf, writingPrivilege } from './mysql-grants.ts';
import type { Right } from './right.ts';

/** Maximum number of roles, because more would make a check slow. */
const maxRoles = 32;

/** Returns the rows of a statement in the same session, or no rows if the server refuses it. */
type Ask = (sql: string) => Promise<string[]>;

interface Held extends Grant {
  holder: string;
}

/**
 * A right with which the current user, or a role that the user can set, may write. On a server that is read-only, only a
 * user who is exempt from this, or who can write files, may write.
 */
export const findRight = async (ask: Ask): Promise<Right | undefined> => {
  const own = (await ask('SHOW GRANTS')).map(parseGrant);
  const held: Held[] = own.map((grant) => ({ ...grant, holder: 'the user' }));
  const [version = ''] = await ask('SELECT VERSION()');
  const mariadb = /mariadb/i.test(version);
  const exemptions = await exemptionsOf(ask, mariadb, version);
  const found = () => pick(held, exemptions);
  const early = found();
  if (early) return early;
  // MySQL would interpret PUBLIC as a user name.
  if (mariadb) held.push(...(await grantsOf(ask, 'SHOW GRANTS FOR PUBLIC', 'PUBLIC')));
  for (const roles of own.flatMap(({ roles }) => roles ?? []).slice(0, maxRoles)) {
    const right = found();
    if (right) return right;
    await ask(`SET ROLE ${roles}`);
    // With a role set, both servers also list its grants, and those of the roles that it contains.
    held.push(...(await grantsOf(ask, 'SHOW GRANTS', 'a role of the user')));
  }
  return found();
};

const grantsOf = async (ask: Ask, sql: string, holder: string): Promise<Held[]> =>
  (await ask(sql)).map((row) => ({ ...parseGrant(row), holder }));

const pick = (held: readonly Held[], exemptions: ReadonlySet<string> | undefined): Right | undefined => {
  const writers = held.filter((grant) => writingPrivilege(grant) !== undefined);
  const exempt = (grant: Held): boolean =>
    exemptions === undefined ||
    grant.privileges.some((each) => exemptions.has(each)) ||
    (grant.names[0] === '*' && grant.privileges.some((each) => allPrivileges.includes(each)));
  const writer = held.some(exempt)
    ? writers[0]
    : writers.find(({ privileges }) => privileges.includes('FILE'));
  return writer && rightOf(writer, writer.holder);
};

/**
 * The privileges that exempt a user from the read-only mode of the server, or that allow ending it. Undefined if the
 * server is not read-only.
 * https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_read_only and
 * https://mariadb.com/docs/server/server-management/variables-and-modes/server-system-variables#read_only
 */
const exemptionsOf = async (
  ask: Ask,
  mariadb: boolean,
  version: string,
): Promise<ReadonlySet<string> | undefined> => {
  const isOn = async (variable: string) => {
    const [value = '0'] = await ask(`SELECT @@GLOBAL.${variable}`);
    return !['0', 'OFF'].includes(value);
  };
  if (!(await isOn('read_only'))) return undefined;
  // Since 10.11, SUPER does not include it: https://mariadb.com/kb/en/grant/#super
  if (mariadb) return new Set(['READ_ONLY ADMIN', ...(isBefore1011(version) ? ['SUPER'] : [])]);
  const ending = ['SUPER', 'SYSTEM_VARIABLES_ADMIN'];
  return new Set((await isOn('super_read_only')) ? ending : [...ending, 'CONNECTION_ADMIN']);
};

const isBefore1011 = (version: string): boolean => {
  const [major = 0, minor = 0] =
    /^(?:5\.5\.5-)?(\d{1,3})\.(\d{1,3})\./.exec(version)?.slice(1).map(Number) ?? [];
  return major < 10 || (major === 10 && minor < 11);
};
