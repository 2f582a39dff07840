import { programs } from '../../lab/programs.ts';
import { dbhub as type } from '../../src/servers/dbhub/dbhub.ts';
import { type Story, since } from '../stage/story.ts';
import { holdMaxRows, listTools, readRows, refuseWrite } from './client.ts';
import { ORDERS, startShop } from './database.ts';

const loginOf = ({ username = '', password = '' }: Readonly<Record<string, string>>) => ({
  user: username,
  password,
  database: 'shop',
});

/** A PostgreSQL that DBHub reads. */
export const dbhub: Story = {
  type,
  titles: { backend: 'a real PostgreSQL', server: 'a real DBHub 1.4.0' },
  programs: [programs.postgres, programs.dbhub],
  resource: 'shop',
  async start(credentials, note) {
    const started = performance.now();
    const login = loginOf(credentials);
    const shop = await startShop(login);
    const [row] = await shop.query('SHOW server_version');
    note(
      `PostgreSQL ${String(row?.['server_version'])} on ${shop.host}:${shop.port}, ready in ${since(started)}`,
    );
    note(`database ${login.database}: 40 customers, ${ORDERS} orders`);
    note(`user ${login.user}: can only SELECT; quotes, "$" and braces in its password`);
    return {
      spec: { host: shop.host, port: shop.port, sslMode: 'disable' },
      changed: `is at ${shop.host}:${shop.port}, without TLS`,
      stop: () => shop.stop(),
      [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose](),
    };
  },
  excerpt: (toml) => toml.split(/\n(?=\[\[)/).find((part) => part.includes('id = "shop"')) ?? '',
  secret: ({ password = '' }) => ({
    text: password,
    rendered: encodeURIComponent(password),
    as: 'percent-encoded',
  }),
  async ask(client, note) {
    await listTools(client, note);
    note('');
    await readRows(client, note);
    note('\nA write is refused:');
    await refuseWrite(client, note);
    note('\nmax_rows holds:');
    await holdMaxRows(client, 500, note);
  },
  verdicts: {
    elsewhere: { reports: 'DNSFailed' },
    wrong: { purpose: 'PASSWORD', value: 'wrong', reason: 'AuthFailed' },
  },
};
