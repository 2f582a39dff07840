import type { Scenario } from '../scenario.ts';
import { adoption } from './adoption.ts';
import { api } from './api.ts';
import { badObjects } from './bad-objects.ts';
import { fanIn } from './fan-in.ts';
import { faults } from './faults.ts';
import { idle } from './idle.ts';
import { install } from './install.ts';
import { outage } from './outage.ts';
import { platform } from './platform.ts';
import { rotation } from './rotation.ts';
import { search } from './search.ts';
import { storage } from './storage.ts';
import { tenants } from './tenants.ts';
import { uninstall } from './uninstall.ts';
import { upgrade } from './upgrade.ts';

/** Those that tolerate company begin at once; the others follow in this order. */
export const scenarios: Scenario[] = [
  idle,
  outage,
  search,
  api,
  storage,
  install,
  rotation,
  tenants,
  adoption,
  badObjects,
  fanIn,
  platform,
  faults,
  upgrade,
  uninstall,
];
