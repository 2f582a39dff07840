import { startMariadb } from '../../lab/backends/mariadb.ts';
import { startMysql } from '../../lab/backends/mysql.ts';
import { testPasswords } from './password-suite.ts';

const encryption = {
  sql: "SHOW SESSION STATUS LIKE 'Ssl_cipher'",
  none: { Variable_name: 'Ssl_cipher', Value: '' },
};

testPasswords({
  type: 'mysql',
  flavour: 'namespaced',
  start: startMysql,
  plugins: [{ plugin: 'mysql_native_password' }, { plugin: 'caching_sha2_password', limit: 256 }],
  encryption,
});
testPasswords({ type: 'mariadb', flavour: 'claims', start: startMariadb, plugins: [{}], encryption });
