import { startTodoApi, type TodoApi } from '../../../lab/backends/todo.ts';
import { hostAddress } from '../fixtures/host-service.ts';
import { serverTypeScenario, type TypeBackend } from '../server-type.ts';

const old = 's3cret "with" $pecial {chars}';
const next = 'an0ther "key" $ {x}';

export const api = serverTypeScenario({
  type: 'api',
  title: 'An HTTP API: its operations are tools; it goes and comes back, and its key rotates',
  instance: 'apis',
  resource: 'todos',
  service: { name: 'todos', port: 3000 },
  start: todoBackend,
  rotated: { secret: 'todos-api', stringData: { token: next } },
  columns: {
    resource: ['URL'],
    row: (namespace) => [`http://todos.${namespace}.svc:3000`],
    counts: 'APIS',
  },
  ask: { tool: 'list_todos*', args: {}, says: /water the plants/ },
});

async function todoBackend(): Promise<TypeBackend> {
  const start = async (secret: string, port?: number, readOnlySecret?: string): Promise<TodoApi> => {
    const key = { method: 'header', name: 'X-API-Key' } as const;
    const auth = { ...key, secret, ...(readOnlySecret && { readOnlySecret }) };
    const server = await startTodoApi({ host: hostAddress, auth, ...(port && { port }) });
    const response = await fetch(`${server.url}/todos`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'X-API-Key': secret },
      body: JSON.stringify({ title: 'water the plants' }),
    });
    if (!response.ok) throw new Error(`the API says ${response.status}`);
    return server;
  };
  let server = await start(old);
  const { port } = server;
  const stop = () => server.stop();
  return {
    port,
    down: stop,
    async up() {
      server = await start(old, port);
    },
    async admit() {
      await stop();
      server = await start(old, port, next);
    },
    async revoke() {
      await stop();
      server = await start(next, port);
    },
    stop,
  };
}
