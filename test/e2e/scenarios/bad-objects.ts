import assert from 'node:assert/strict';
import type { KubeObject } from '../kube.ts';
import { entryOf, running, serveExample } from '../objects.ts';
import type { Scenario } from '../scenario.ts';

interface Refused {
  what: string;
  kind: 'Database' | 'DBHubInstance';
  name?: string;
  spec: object;
  says: RegExp;
}

const good = { type: 'postgres', host: 'shop-db', database: 'shop', credentialsRef: { name: 'shop-db' } };

const refused: Refused[] = [
  {
    what: 'a type that there is not',
    kind: 'Database',
    spec: { ...good, type: 'mongodb' },
    says: /Unsupported value: "mongodb"/,
  },
  {
    what: 'a misspelt field',
    kind: 'Database',
    spec: { ...good, hostname: 'x' },
    says: /unknown field "(spec\.)?hostname"/,
  },
  {
    what: 'no credentials',
    kind: 'Database',
    spec: { ...good, credentialsRef: undefined },
    says: /credentialsRef are required/,
  },
  {
    what: 'an interpolation',
    kind: 'Database',
    spec: { ...good, description: '${OTHER_DSN}' },
    says: /\$\{/,
  },
  {
    what: 'a database that adds options',
    kind: 'Database',
    spec: { ...good, database: 'a?b=c' },
    says: /must start with a letter/,
  },
  {
    what: 'TLS that the type cannot do',
    kind: 'Database',
    spec: { ...good, type: 'mysql', sslMode: 'verify-full' },
    says: /verify-full is supported for postgres/,
  },
  {
    what: 'a name that no Service may have',
    kind: 'DBHubInstance',
    name: '1st',
    spec: {},
    says: /name|metadata/,
  },
  { what: 'a name that is too long', kind: 'DBHubInstance', name: 'n'.repeat(51), spec: {}, says: /50/ },
  {
    what: 'two selectors',
    kind: 'DBHubInstance',
    spec: { resourceSelector: {}, databaseSelector: {} },
    says: /databaseSelector/,
  },
];

export const badObjects: Scenario = {
  name: 'bad-objects',
  title: 'Bad objects are refused at apply with their reason; one that passes leaves the rest served',
  async run({ kube, tenant }, { step }) {
    const { namespace, example, call } = await tenant('acme');
    await step('the example runs', () => serveExample(kube, { namespace, example }));

    await step(`${refused.length} bad objects are refused at apply, each with its reason`, async () => {
      for (const { what, kind, name = 'bad', spec, says } of refused) {
        const object = { apiVersion: 'dbhub.tas.io/v1alpha1', kind, metadata: { name, namespace }, spec };
        const told = await kube.apply(object).then(
          () => `${what} was accepted`,
          (error: Error) => error.message,
        );
        assert.match(told, says, `${what}: ${told}`);
      }
    });

    await step(
      'one that passes, but which the platform cannot serve, is named, and the others are served',
      async () => {
        const spec = { type: 'sqlite', database: 'a.db', persistentVolumeClaim: 'nowhere' };
        const labels = { team: 'sales' };
        const metadata = { name: 'file', namespace, labels };
        await kube.apply({ apiVersion: 'dbhub.tas.io/v1alpha1', kind: 'Database', metadata, spec });
        const named = (object: KubeObject) => {
          const entry = entryOf(object, 'file');
          return (
            entry.phase === 'Failed' && entry.reason === 'Unsupported' && object.status.phase === 'Degraded'
          );
        };
        await kube.settled('Unsupported', 'dbhubinstance', 'sales', namespace, named);
        assert.match(await call('sales', 'execute_sql_shop', { sql: 'SELECT count(*) FROM orders' }), /3/);
        await kube.delete('database', 'file', namespace);
        await running(kube, namespace);
      },
    );
  },
};
