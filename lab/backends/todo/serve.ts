/**
 * The process of the to-do API: `node serve.ts <install> <options as JSON>`. Its data is below the working directory.
 * LoopBack's example application, behind a check of credentials, because the application has none.
 */
import { timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TodoAuth, TodoOptions } from '../todo.ts';

interface Application {
  boot: () => Promise<void>;
  start: () => Promise<void>;
  requestHandler: RequestListener;
}

/** Where a request carries its credentials. */
const presented: Record<TodoAuth['method'], (request: IncomingMessage, name: string) => string> = {
  bearer: ({ headers }) => headers.authorization?.replace(/^Bearer /, '') ?? '',
  basic: ({ headers }) =>
    Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString(),
  header: ({ headers }, name) => String(headers[name.toLowerCase()] ?? ''),
  query: ({ url = '' }, name) => new URL(url, 'http://todo').searchParams.get(name) ?? '',
};

const equal = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/** The response to a request without valid credentials. Undefined if the request is allowed. */
const refusal = (auth: TodoAuth | undefined, request: IncomingMessage): number | undefined => {
  if (!auth) return undefined;
  const given = presented[auth.method](request, auth.name ?? '');
  if (equal(given, auth.secret)) return undefined;
  if (auth.readOnlySecret === undefined || !equal(given, auth.readOnlySecret)) return 401;
  return request.method === 'GET' ? undefined : 403;
};

const [install = '', json = '{}'] = process.argv.slice(2);
const { host, port, tls, auth } = JSON.parse(json) as TodoOptions & { host: string; port: number };
const { TodoListApplication } = createRequire(join(install, 'package.json'))('@loopback/example-todo') as {
  TodoListApplication: new (options: object) => Application;
};

await mkdir('data');
await writeFile('data/db.json', '{"ids":{"Todo":1},"models":{"Todo":{}}}');
const app = new TodoListApplication({
  rest: { listenOnStart: false, openApiSpec: { setServersFromRequest: true } },
});
await app.boot();
await app.start();

const listener: RequestListener = (request, response) => {
  const status = refusal(auth, request);
  if (status === undefined) app.requestHandler(request, response);
  else response.writeHead(status, { 'content-type': 'application/json' }).end(`{"error":${status}}`);
};
const server = tls
  ? createTlsServer({ key: await readFile(tls.key), cert: await readFile(tls.certificate) }, listener)
  : createServer(listener);
server.listen(port, host, () => console.log('serving'));
