import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { McpClient } from '../../lab/clients/mcp.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { type ServedInstance, serveInstance } from '../support/serve-instance.ts';
import { environmentConfig, instance, worldOf } from '../support/world.ts';
import { ask, rowsOf } from './ask.ts';
import { databases, settings, supplies } from './databases.ts';

/** Stands for the volume, which both databases are files of. */
let claim: string;
let served: ServedInstance;
let client: McpClient;
const file = (name: string) => join(claim, 'files', name);

beforeAll(async () => {
  claim = await temporaryFolder('function-mcp-claim');
  await mkdir(join(claim, 'files'));
  for (const name of ['shop.db', 'notes-$1.sqlite']) {
    using database = new DatabaseSync(file(name));
    database.exec(`CREATE TABLE facts (id int, note text); INSERT INTO facts VALUES (1, 'of ${name}')`);
  }
  const spec = { type: 'sqlite', persistentVolumeClaim: 'files' };
  served = await serveInstance(
    worldOf(instance('namespaced', { resourceSelector: {}, defaultPolicy: { readOnly: false } }), [
      environmentConfig(settings),
      ...supplies,
      ...databases('namespaced', [
        { name: 'shop', type: 'sqlite', spec: { ...spec, database: 'files/shop.db', readOnly: true } },
        { name: 'notes', type: 'sqlite', spec: { ...spec, database: 'files/notes-$1.sqlite' } },
      ]),
    ]),
    { claims: { files: claim } },
  );
  client = await served.connect();
});

afterAll(async () => {
  await served?.stop();
  if (claim) await removeFolder(claim);
});

test.each([
  ['shop', 'of shop.db'],
  ['notes', 'of notes-$1.sqlite'],
])('%s is read from its file in the volume', async (name, text) => {
  expect(rowsOf(await ask(client, name, 'SELECT * FROM facts'))).toEqual([{ id: 1, note: text }]);
});

test('one that is read-only is not written to, and the other is', async () => {
  const sql = "INSERT INTO facts VALUES (2, 'new')";
  expect(await ask(client, 'shop', sql)).toMatchObject({
    isError: true,
    content: { code: 'READONLY_VIOLATION' },
  });
  expect(await ask(client, 'notes', sql)).toMatchObject({ isError: false });
  const count = (name: string) => {
    using database = new DatabaseSync(file(name), { readOnly: true });
    return database.prepare('SELECT count(*) AS count FROM facts').get()?.['count'];
  };
  expect(count('shop.db')).toBe(1);
  expect(count('notes-$1.sqlite')).toBe(2);
});

test('the volume of the one that is read-only is mounted so', () => {
  const deployment = served.reconciled.response.desired?.resources['deployment']?.resource;
  expect(deployment).toMatchObject({
    spec: {
      template: {
        spec: {
          containers: [
            {
              volumeMounts: expect.arrayContaining([
                { name: 'data-0', mountPath: '/data/notes', readOnly: false },
                { name: 'data-0', mountPath: '/data/shop', readOnly: true },
              ]),
            },
          ],
        },
      },
    },
  });
});
