import { api } from './api/api.ts';
import { dbhub } from './dbhub/dbhub.ts';
import { search } from './search/search.ts';
import type { AnyServerType } from './server-type.ts';
import { storage } from './storage/storage.ts';

/** Every server type. To add one, add a folder beside this file and a line here. */
export const serverTypes: readonly AnyServerType[] = [dbhub, search, storage, api];
