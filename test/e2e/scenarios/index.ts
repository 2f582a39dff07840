import type { Scenario } from '../scenario.ts';
import { install } from './install.ts';
import { outage } from './outage.ts';
import { platform } from './platform.ts';
import { rotation } from './rotation.ts';

/** In the order in which they run. */
export const scenarios: Scenario[] = [install, platform, rotation, outage];
