import { storage } from '../../src/servers/storage/index.ts';
import { testServerType } from './conformance.ts';

testServerType(storage, 'examples/storage/tenant.yaml');
