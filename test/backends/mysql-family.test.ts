import { startMariadb } from '../../lab/backends/mariadb.ts';
import { startMysql } from '../../lab/backends/mysql.ts';
import { testBackend } from './backend-suite.ts';

const refusals = {
  password: 'ER_ACCESS_DENIED_ERROR',
  write: 'ER_TABLEACCESS_DENIED_ERROR',
  plaintext: 'ER_ACCESS_DENIED_ERROR',
  database: 'ER_DBACCESS_DENIED_ERROR',
};

testBackend({ name: 'MySQL', start: startMysql, refusals });
testBackend({ name: 'MariaDB', start: startMariadb, refusals });
