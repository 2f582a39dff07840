import { search } from '../../src/servers/search/search.ts';
import { testServerType } from './conformance.ts';

testServerType(search, 'examples/search/tenant.yaml');
