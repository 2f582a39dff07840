import type { Scenario } from '../scenario.ts';
import { adoption } from './adoption.ts';
import { badObjects } from './bad-objects.ts';
import { fanIn } from './fan-in.ts';
import { faults } from './faults.ts';
import { idle } from './idle.ts';
import { install } from './install.ts';
import { outage } from './outage.ts';
import { platform } from './platform.ts';
import { rotation } from './rotation.ts';
import { tenants } from './tenants.ts';
import { upgrade } from './upgrade.ts';

/** In the order in which they run. */
export const scenarios: Scenario[] = [
  install,
  platform,
  rotation,
  outage,
  tenants,
  badObjects,
  adoption,
  fanIn,
  faults,
  upgrade,
  idle,
];
