import type { z } from 'zod';
import { ResourceStatus } from '../schema/status.ts';
import type { ApiKind, PrinterColumn } from './server-type.ts';

/** A column that shows a string of the spec. */
export const specColumn = (name: string, field: string): PrinterColumn => ({
  name,
  type: 'string',
  jsonPath: `.spec.${field}`,
});

/** The kind of a Resource. `columns` precede the columns that every Resource has. */
export const resourceKind = ({
  columns,
  ...kind
}: Pick<ApiKind, 'kind' | 'plural' | 'shortNames' | 'description' | 'columns'> & {
  spec: z.ZodObject;
}): ApiKind => ({
  ...kind,
  status: ResourceStatus,
  columns: [
    ...columns,
    { name: 'Status', type: 'string', jsonPath: '.status.phase' },
    { name: 'Reason', type: 'string', jsonPath: '.status.reason', priority: 1 },
    { name: 'Checked', type: 'date', jsonPath: '.status.lastChecked', priority: 1 },
  ],
});

/** The kind of an Instance, with the scale subresource. `resources` is the heading of the column that counts its Resources. */
export const instanceKind = ({
  resources,
  ...kind
}: Pick<ApiKind, 'kind' | 'plural' | 'shortNames' | 'description' | 'spec' | 'status'> & {
  resources: string;
}): ApiKind => ({
  ...kind,
  columns: [
    { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
    { name: 'Available', type: 'integer', jsonPath: '.status.availableReplicas' },
    { name: resources, type: 'string', jsonPath: '.status.resourceSummary' },
    { name: 'Status', type: 'string', jsonPath: '.status.phase' },
    { name: 'Endpoint', type: 'string', jsonPath: '.status.endpoint' },
  ],
  scale: { spec: '.spec.replicas', status: '.status.replicas', selector: '.status.selector' },
});
