import type { Cluster } from '../contract/selector.ts';
import type { Allowance } from './allowance.ts';
import type { Settings } from './settings.ts';

/** Where the needs of a Resource are found. */
export interface SupplyContext {
  /** The namespace of the tenant. */
  namespace: string;
  settings: Settings;
  cluster: Cluster;
  /** What the Resources of one Instance share. Absent if a Resource is judged without an Instance. */
  allowance?: Allowance;
}
