import type { Credential } from '../server-type.ts';
import type { DatabaseSpec } from './dbhub-resource.ts';

/** The user name and the password, for the DSN. */
export const databaseCredentials = ({
  userKey,
  passwordKey,
}: NonNullable<DatabaseSpec['credentialsRef']>): Credential[] => [
  { purpose: 'USERNAME', keys: [userKey], encoding: 'percent' },
  { purpose: 'PASSWORD', keys: [passwordKey], encoding: 'percent' },
];
