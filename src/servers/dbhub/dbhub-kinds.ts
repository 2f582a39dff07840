import { instanceKind, resourceKind, specColumn } from '../kinds.ts';
import { DbhubInstanceSpec, DbhubInstanceStatus } from './dbhub-instance.ts';
import { DatabaseSpec } from './dbhub-resource.ts';

/** A database that a tenant declares. */
export const databaseApi = resourceKind({
  kind: 'Database',
  plural: 'databases',
  shortNames: ['db'],
  description:
    'A database with a reference to its credentials. The DBHubInstances in its namespace can serve it.',
  spec: DatabaseSpec,
  columns: [specColumn('Type', 'type'), specColumn('Host', 'host')],
});

/** A DBHub server that serves the selected Databases. */
export const dbhubInstanceApi = instanceKind({
  kind: 'DBHubInstance',
  plural: 'dbhubinstances',
  shortNames: ['dbhi'],
  description: 'A DBHub server that serves Databases in its namespace to MCP clients.',
  spec: DbhubInstanceSpec,
  status: DbhubInstanceStatus,
  resources: 'Databases',
});
