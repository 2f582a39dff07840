import { needsOf } from '../needs.ts';
import type { ServerType } from '../server-type.ts';
import { databaseCheck } from './dbhub-check.ts';
import { databaseSource, dbhubToml } from './dbhub-config.ts';
import { dbhubContainer } from './dbhub-container.ts';
import { databaseCredentials } from './dbhub-credentials.ts';
import { databaseDestination } from './dbhub-destination.ts';
import { sourceId } from './dbhub-id.ts';
import type { DbhubInstanceSpec, DbhubPolicy } from './dbhub-instance.ts';
import { databaseApi, dbhubInstanceApi } from './dbhub-kinds.ts';
import { effectivePolicy } from './dbhub-policy.ts';
import type { DatabaseSpec } from './dbhub-resource.ts';
import { databaseFromSecret } from './from-secret.ts';
import { lastRequests, lastRequestsFile } from './last-requests.ts';
import { preloaded } from './preloaded.ts';

/** DBHub: SQL databases over MCP. https://github.com/bytebase/dbhub */
export const dbhub: ServerType<DatabaseSpec, DbhubPolicy, DbhubInstanceSpec> = {
  name: 'dbhub',
  group: 'dbhub.tas.io',
  version: 'v1alpha1',
  resource: databaseApi,
  instance: dbhubInstanceApi,
  image: { repository: 'bytebase/dbhub', tag: '1.4.0' },
  configFile: 'dbhub.toml',
  files: { ...preloaded, [lastRequestsFile]: lastRequests },
  id: sourceId,
  selection: (spec) => spec.resourceSelector ?? spec.databaseSelector,
  policy: (spec) => spec.defaultPolicy,
  unsupported: () => undefined,
  needs: (spec) => ({
    ...needsOf(spec, (ref) => databaseCredentials(ref, spec.type)),
    ...(spec.persistentVolumeClaim !== undefined && { persistentVolumeClaim: spec.persistentVolumeClaim }),
  }),
  fromSecret: databaseFromSecret,
  destination: databaseDestination,
  effective: effectivePolicy,
  keeps: () => true,
  source: databaseSource,
  check: databaseCheck,
  config: dbhubToml,
  judges: true,
  container: dbhubContainer,
  serves: { mcpPath: '/mcp', healthPath: '/healthz', tokenEnv: 'DBHUB_AUTH_TOKEN', endsGently: true },
};
