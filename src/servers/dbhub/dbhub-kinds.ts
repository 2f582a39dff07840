import { ResourceStatus } from '../../schema/status.ts';
import { instanceColumns, instanceScale, resourceColumns, specColumn } from '../columns.ts';
import type { ApiKind } from '../server-type.ts';
import { DbhubInstanceSpec, DbhubInstanceStatus } from './dbhub-instance.ts';
import { DatabaseSpec } from './dbhub-resource.ts';

/** A database that a tenant declares. */
export const databaseApi: ApiKind = {
  kind: 'Database',
  plural: 'databases',
  shortNames: ['db'],
  description: 'A database, with a reference to its credentials, for the DBHubInstances of its namespace.',
  spec: DatabaseSpec,
  status: ResourceStatus,
  columns: resourceColumns(specColumn('Type', 'type'), specColumn('Host', 'host')),
};

/** A DBHub server that serves the Databases it selects. */
export const dbhubInstanceApi: ApiKind = {
  kind: 'DBHubInstance',
  plural: 'dbhubinstances',
  shortNames: ['dbhi'],
  description: 'A DBHub server that serves Databases of its namespace to MCP clients.',
  spec: DbhubInstanceSpec,
  status: DbhubInstanceStatus,
  columns: instanceColumns('Databases'),
  scale: instanceScale,
};
