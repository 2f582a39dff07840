import type { Check } from '../../contract/targets.ts';
import type { CheckInput } from '../server-type.ts';
import type { DbhubPolicy } from './dbhub-instance.ts';
import { effectivePolicy } from './dbhub-policy.ts';
import { type DatabaseSpec, type DatabaseType, defaultPorts } from './dbhub-resource.ts';

/** Driver of the probe by type. There is no driver for oracle, so its check stops at the open port. */
const drivers: Record<Exclude<DatabaseType, 'sqlite'>, string> = {
  postgres: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
  sqlserver: 'sqlserver',
  oracle: 'tcp',
};

/** How the probe checks a Database. Undefined for sqlite: the probe does not mount the volume of the file. */
export const databaseCheck = ({
  spec,
  policy,
  place,
  ca,
  secretKey,
}: CheckInput<DatabaseSpec, DbhubPolicy>): Check | undefined => {
  const secretOf = (purpose: string, source: string | undefined) => ({
    key: secretKey(purpose),
    encoding: 'percent' as const,
    ...(source !== undefined && { source }),
  });
  return spec.type === 'sqlite'
    ? undefined
    : {
        driver: drivers[spec.type],
        host: place.host,
        port: spec.port ?? defaultPorts[spec.type],
        tls: spec.sslMode,
        ...(ca !== undefined && { ca }),
        secrets: {
          USERNAME: secretOf('USERNAME', spec.credentialsRef && sourceOf(spec.credentialsRef, 'userKey')),
          PASSWORD: secretOf('PASSWORD', spec.credentialsRef && sourceOf(spec.credentialsRef, 'passwordKey')),
        },
        params: {
          database: spec.database ?? '',
          type: spec.type,
          ...(spec.pooler === true && { pooler: 'true' }),
        },
        readOnly: effectivePolicy(spec, policy).readOnly,
        timeouts: { connect: spec.connectionTimeout, query: spec.queryTimeout },
      };
};

/** The key in the tenant's Secret that holds a value. Undefined if the value is in the spec. */
const sourceOf = (
  ref: NonNullable<DatabaseSpec['credentialsRef']>,
  key: 'userKey' | 'passwordKey',
): string | undefined =>
  key === 'userKey' && ref.user !== undefined ? undefined : (ref.uriKey ?? ref.jsonKey ?? ref[key]);
