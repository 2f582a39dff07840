import { api } from '../../src/servers/api/api.ts';
import { testServerType } from './conformance.ts';

testServerType(api, 'examples/api/tenant.yaml');
