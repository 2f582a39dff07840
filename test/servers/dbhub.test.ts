import { dbhub } from '../../src/servers/dbhub/dbhub.ts';
import { testServerType } from './conformance.ts';

testServerType(dbhub, 'examples/dbhub/tenant.yaml');
