import type { PrinterColumn } from './server-type.ts';

/** Columns of every Resource: what it is and where, and what the probe last said of it. */
export const resourceColumns = (...own: PrinterColumn[]): PrinterColumn[] => [
  ...own,
  { name: 'Status', type: 'string', jsonPath: '.status.phase' },
  { name: 'Reason', type: 'string', jsonPath: '.status.reason', priority: 1 },
  { name: 'Checked', type: 'date', jsonPath: '.status.lastChecked', priority: 1 },
];

/** A column that shows a string of the spec. */
export const specColumn = (name: string, field: string): PrinterColumn => ({
  name,
  type: 'string',
  jsonPath: `.spec.${field}`,
});

/** Columns of every Instance, and how it is scaled; `resources` is what its Resources are called together. */
export const instanceColumns = (resources: string): PrinterColumn[] => [
  { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
  { name: 'Available', type: 'integer', jsonPath: '.status.availableReplicas' },
  { name: resources, type: 'string', jsonPath: '.status.resourceSummary' },
  { name: 'Status', type: 'string', jsonPath: '.status.phase' },
  { name: 'Endpoint', type: 'string', jsonPath: '.status.endpoint' },
];

/** Paths behind `kubectl scale`, of every Instance. */
export const instanceScale = {
  spec: '.spec.replicas',
  status: '.status.replicas',
  selector: '.status.selector',
} as const;
