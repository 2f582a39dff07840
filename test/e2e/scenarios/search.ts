import { startOpensearch } from '../../../lab/backends/opensearch.ts';
import { openDoor } from '../fixtures/door.ts';
import { serverTypeScenario, type TypeBackend } from '../server-type.ts';

const old = { username: 'mcp_reader', password: 's3cret "with" $pecial {chars}' };
const next = { username: 'mcp_reader_2', password: 'an0ther "word" $ {x}' };

/** As the documents have it for a reader. */
const role = {
  cluster_permissions: ['cluster_monitor', 'cluster_composite_ops_ro'],
  index_permissions: [
    {
      index_patterns: ['products', 'searches-*'],
      allowed_actions: ['read', 'indices_monitor', 'indices:admin/mappings/get'],
    },
  ],
};

export const search = serverTypeScenario({
  type: 'search',
  title: 'A search engine: its documents are found; it goes and comes back, and its password rotates',
  instance: 'content',
  resource: 'catalogue',
  service: { name: 'catalogue-search', port: 9200 },
  start: opensearchBackend,
  rotated: { secret: 'catalogue-search', stringData: next },
  columns: {
    resource: ['TYPE', 'HOST'],
    row: (namespace) => ['opensearch', `catalogue-search.${namespace}.svc`],
    counts: 'ENGINES',
  },
  ask: { tool: 'search_catalogue', args: { index: 'products', query: 'lamp' }, says: /desk lamp/ },
});

async function opensearchBackend(): Promise<TypeBackend> {
  const server = await startOpensearch();
  await server.done('PUT', '/products/_doc/1?refresh=true', { title: 'desk lamp' });
  await server.createUser(old.username, old.password, role);
  const door = await openDoor(server.port);
  return {
    port: door.port,
    down: door.shut,
    up: door.open,
    admit: () => server.createUser(next.username, next.password, role),
    revoke: () => server.done('DELETE', `/_plugins/_security/api/internalusers/${old.username}`),
    async stop() {
      await door.shut();
      await server.stop();
    },
  };
}
