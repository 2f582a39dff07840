import { dbhub } from '../../src/servers/dbhub/index.ts';
import { testServerType } from './conformance.ts';

testServerType(dbhub, 'examples/dbhub/tenant.yaml');
