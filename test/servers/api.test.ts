import { api } from '../../src/servers/api/index.ts';
import { testServerType } from './conformance.ts';

testServerType(api, 'examples/api/tenant.yaml');
