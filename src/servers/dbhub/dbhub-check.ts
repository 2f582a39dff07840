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
}: CheckInput<DatabaseSpec, DbhubPolicy>): Check | undefined =>
  spec.type === 'sqlite'
    ? undefined
    : {
        driver: drivers[spec.type],
        host: place.host,
        port: spec.port ?? defaultPorts[spec.type],
        tls: spec.sslMode,
        ...(ca !== undefined && { ca }),
        secrets: {
          USERNAME: { key: secretKey('USERNAME'), encoding: 'percent' },
          PASSWORD: { key: secretKey('PASSWORD'), encoding: 'percent' },
        },
        params: { database: spec.database ?? '' },
        readOnly: effectivePolicy(spec, policy).readOnly,
        timeouts: { connect: spec.connectionTimeout, query: spec.queryTimeout },
      };
