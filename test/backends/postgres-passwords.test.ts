import { startPostgres } from '../../lab/backends/postgres.ts';
import { testPasswords } from './password-suite.ts';

testPasswords({
  type: 'postgres',
  flavour: 'claims',
  start: startPostgres,
  plugins: [{}],
  // SASLprep changes joined emoji for the driver, and not for the server, which gives up at the emoji themselves.
  unspeakable: ['joined emoji'],
  encryption: { sql: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()', none: { ssl: false } },
});
