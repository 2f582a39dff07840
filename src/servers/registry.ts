import type { AnyServerType } from '../contract/server-type.ts';
import { api } from './api/index.ts';
import { dbhub } from './dbhub/index.ts';
import { search } from './search/index.ts';
import { storage } from './storage/index.ts';

/** Every server type. A new one is a folder beside this file and a line here. */
export const serverTypes: readonly AnyServerType[] = [dbhub, search, storage, api];
