import type { ApiKind } from '../../contract/server-type.ts';
import { ResourceStatus } from '../../schema/status.ts';
import { DatabaseSpec } from './database.ts';
import { DbhubInstanceSpec, DbhubInstanceStatus } from './dbhub-instance.ts';

/** A database that a tenant declares. */
export const databaseApi: ApiKind = {
  kind: 'Database',
  plural: 'databases',
  shortNames: ['db'],
  description: 'A database, with a reference to its credentials, for the DBHubInstances of its namespace.',
  spec: DatabaseSpec,
  status: ResourceStatus,
  columns: [
    { name: 'Type', type: 'string', jsonPath: '.spec.type' },
    { name: 'Host', type: 'string', jsonPath: '.spec.host' },
    { name: 'Status', type: 'string', jsonPath: '.status.phase' },
    { name: 'Reason', type: 'string', jsonPath: '.status.reason', priority: 1 },
    { name: 'Checked', type: 'date', jsonPath: '.status.lastChecked', priority: 1 },
  ],
};

/** A DBHub server that serves the Databases it selects. */
export const dbhubInstanceApi: ApiKind = {
  kind: 'DBHubInstance',
  plural: 'dbhubinstances',
  shortNames: ['dbhi'],
  description: 'A DBHub server that serves Databases of its namespace to MCP clients.',
  spec: DbhubInstanceSpec,
  status: DbhubInstanceStatus,
  columns: [
    { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
    { name: 'Available', type: 'integer', jsonPath: '.status.availableReplicas' },
    { name: 'Databases', type: 'string', jsonPath: '.status.resourceSummary' },
    { name: 'Status', type: 'string', jsonPath: '.status.phase' },
    { name: 'Endpoint', type: 'string', jsonPath: '.status.endpoint' },
  ],
  scale: { spec: '.spec.replicas', status: '.status.replicas', selector: '.status.selector' },
};
