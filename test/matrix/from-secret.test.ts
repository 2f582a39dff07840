/** Every form of a Secret serves rows of a real database through the real DBHub. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend } from '../../lab/backends/backend.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';
import type { McpClient } from '../../lab/clients/mcp.ts';
import { forms, specIn, type Target } from '../support/secret-forms.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { instance, secret, worldOf } from '../support/world.ts';
import { ask, rowsOf } from './ask.ts';
import { databases } from './databases.ts';

const cases = Object.entries(forms).map(([title, form], index) => ({ title, form, name: `form-${index}` }));
/** Characters that have a meaning in URIs, in JSON, or in forms of the web. */
const password = 'a+b c%40/?#&="{}:@\\é';

let backend: Backend;
let served: ServedInstance;
let client: McpClient;
beforeAll(async () => {
  backend = await startPostgres();
  await backend.createDatabase('shop');
  await backend.query('CREATE TABLE orders AS SELECT * FROM generate_series(1, 3) AS id', 'shop');
  await backend.createUser({ name: 'app reader', password, database: 'shop', readOnly: true });
  const { host, port } = backend;
  const target: Target = { type: 'postgres', host, port, database: 'shop', username: 'app reader', password };
  served = await serveInstance(
    worldOf(instance('namespaced', { resourceSelector: {} }), [
      ...databases(
        'namespaced',
        cases.map(({ name, form }) => {
          const spec = specIn(form, target);
          const credentialsRef = { ...(spec['credentialsRef'] as object), name };
          return { name, type: 'postgres', spec: { ...spec, sslMode: 'disable', credentialsRef } };
        }),
      ),
      ...cases.map(({ name, form }) => secret(name, form.texts(target))),
    ]),
  );
  client = await served.connect();
});
afterAll(async () => {
  await served?.stop();
  await backend?.stop();
});

test.each(cases)('$title', async ({ name }) => {
  expect(rowsOf(await ask(client, name, 'SELECT count(*)::int AS n FROM orders'))).toEqual([{ n: 3 }]);
});
