import { storage } from '../../src/servers/storage/storage.ts';
import { testServerType } from './conformance.ts';

testServerType(storage, 'examples/storage/tenant.yaml');
