import type { Credential } from '../server-type.ts';
import { readDatabaseUri } from './database-uri.ts';
import type { DatabaseSpec, DatabaseType } from './dbhub-resource.ts';
import { fieldOf } from './from-secret.ts';

type Ref = NonNullable<DatabaseSpec['credentialsRef']>;

/** The user name and the password, for the DSN. */
export const databaseCredentials = (
  { user, userKey, passwordKey, uriKey, jsonKey }: Ref,
  type: DatabaseType,
): Credential[] => {
  const either = (purpose: 'USERNAME' | 'PASSWORD', key: string): Credential => {
    if (uriKey !== undefined) return fromUri(purpose, uriKey, type);
    if (jsonKey === undefined) return { purpose, keys: [key], encoding: 'percent' };
    const join = (json: string) => fieldOf(json, key);
    return {
      purpose,
      keys: [jsonKey],
      join,
      accepts: `a JSON object with the field "${key}"`,
      encoding: 'percent',
    };
  };
  return [
    user === undefined
      ? either('USERNAME', userKey)
      : { purpose: 'USERNAME', keys: [], join: () => user, encoding: 'percent' },
    either('PASSWORD', passwordKey),
  ];
};

const fromUri = (purpose: 'USERNAME' | 'PASSWORD', key: string, type: DatabaseType): Credential => ({
  purpose,
  keys: [key],
  join: (text) => {
    const uri = readDatabaseUri(text, type);
    return uri.ok ? uri.value[purpose === 'USERNAME' ? 'user' : 'password'] : undefined;
  },
  accepts: 'a URI with a user name and a password',
  encoding: 'percent',
});
