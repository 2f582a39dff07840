import { startPostgres } from '../../lab/backends/postgres.ts';
import { testBackend } from './backend-suite.ts';

testBackend({
  name: 'PostgreSQL',
  start: startPostgres,
  refusals: { password: '28P01', write: '42501', plaintext: '28000', database: '3D000' },
});
