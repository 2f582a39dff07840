import type { World } from '../contract/selector.ts';
import type { Settings } from './settings.ts';

/** Where the needs of a Resource are looked for. */
export interface SupplyContext {
  /** The tenant's. */
  namespace: string;
  settings: Settings;
  world: World;
}
