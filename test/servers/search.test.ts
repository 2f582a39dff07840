import { search } from '../../src/servers/search/index.ts';
import { testServerType } from './conformance.ts';

testServerType(search, 'examples/search/tenant.yaml');
