import type { World } from '../contract/selector.ts';
import type { Allowance } from './allowance.ts';
import type { Settings } from './settings.ts';

/** Where the needs of a Resource are looked for. */
export interface SupplyContext {
  /** The tenant's. */
  namespace: string;
  settings: Settings;
  world: World;
  /** What the Resources of one Instance share; absent where a Resource is judged on its own. */
  allowance?: Allowance;
}
