import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectMcp } from '../../lab/clients/mcp.ts';
import { startToolbox } from '../../lab/servers/toolbox.ts';
import { gatePort } from '../../src/contract/gate.ts';
import type { Source } from '../../src/servers/server-type.ts';
import { toolboxSource, toolsYaml } from '../../src/servers/toolbox/toolbox-config.ts';
import { toolboxContainer, toolboxImage } from '../../src/servers/toolbox/toolbox-container.ts';
import type { HttpTool } from '../../src/servers/toolbox/toolbox-tool.ts';
import { route } from './route.ts';

/** What the peer saw of a request; it answers with that. */
interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

let peer: Server;
let port: number;
beforeAll(async () => {
  peer = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = request.url ?? '';
      const to = new URL(url, 'http://x').searchParams.get('to');
      if (to !== null) return void response.writeHead(307, { location: to }).end();
      if (url.endsWith('/broken')) return void response.writeHead(500).end('a secret of the server');
      const seen = {
        method: request.method,
        url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(seen));
    });
  });
  await new Promise<void>((resolve) => peer.listen(0, '0.0.0.0', resolve));
  port = (peer.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => peer.close(resolve)));

const get = (name: string, path: string, fields: Partial<HttpTool> = {}): HttpTool => ({
  name,
  source: name,
  method: 'GET',
  path: `/${name}${path}`,
  description: `Reads ${path}`,
  readOnly: true,
  ...fields,
});

const sourceOf = (name: string, ...tools: HttpTool[]): Source =>
  toolboxSource({ name, timeout: 5 }, tools, route);

const reading = (name: string, path = '/x') => sourceOf(name, get(name, path));

/** The file with the peer instead of the gate. */
const configOf = (...sources: Source[]): string =>
  toolsYaml(sources.map(({ texts }) => texts)).replaceAll(`127.0.0.1:${gatePort}`, `127.0.0.1:${port}`);

const serve = async (...sources: Source[]) => {
  const toolbox = await startToolbox({ yaml: configOf(...sources) });
  const client = await connectMcp(toolbox.url);
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await toolbox.stop();
    },
  };
};

describe('what MCP Toolbox does with a configuration', () => {
  test('hostile texts stay texts, whatever is in the environment', async () => {
    const description = 'They said "${HOME}" \\ {{.x}} 👩‍💻\n\u2028: - #';
    await using served = await serve(sourceOf('shop', get('shop', '/x', { description })));
    expect(await served.client.listTools()).toMatchObject([{ name: 'shop', description }]);
    const { content } = await served.client.callTool<Seen>('shop');
    expect(content.url).toBe('/shop/x');
  });

  test('a parameter is held to its pattern and its bounds before anything is sent', async () => {
    const tool: HttpTool = {
      ...get('find', '/{{pathEscape .index}}/_search'),
      method: 'POST',
      pathParams: [
        { name: 'index', type: 'string', description: 'An index', allowed: ['^orders$', '^logs-[a-z]*$'] },
      ],
      body: '{"q": {{json .q}}, "size": {{json .size}}, "list": {{json .list}}{{if .group}}, "group": {{json .group}}{{end}}}',
      bodyParams: [
        { name: 'q', type: 'string', description: 'A text' },
        { name: 'size', type: 'integer', description: 'How many', default: 5, min: 0, max: 10 },
        { name: 'group', type: 'string', description: 'A field', required: false },
        {
          name: 'list',
          type: 'array',
          description: 'Some words',
          required: false,
          items: { type: 'string', description: 'A word', allowed: ['^[a-z]+$'] },
        },
      ],
    };
    await using served = await serve(sourceOf('find', tool));
    const call = (args: Record<string, unknown>) => served.client.callTool<Seen>('find', args);

    const { content } = await call({ index: 'logs-a', q: '"} ${HOME} {{.size}}', size: 3, list: ['a', 'b'] });
    expect(content).toMatchObject({ method: 'POST', url: '/find/logs-a/_search' });
    expect(JSON.parse(content.body)).toStrictEqual({ q: '"} ${HOME} {{.size}}', size: 3, list: ['a', 'b'] });
    const grouped = await call({ index: 'orders', q: '', group: 'x' });
    expect(JSON.parse(grouped.content.body)).toStrictEqual({ q: '', size: 5, list: null, group: 'x' });

    for (const refused of [
      { index: 'other', q: '' },
      { index: 'orders,other', q: '' },
      { index: 'orders\n', q: '' },
      { index: 'orders', q: '', size: 11 },
      { index: 'orders', q: '', size: -1 },
      { index: 'orders', q: '', size: '3' },
      { index: 'orders', q: '', list: ['a', 'B'] },
      { index: 'orders' },
    ]) {
      const answer = await call(refused);
      expect(answer.isError, JSON.stringify(refused)).toBe(true);
      expect(answer.content).toMatch(/^provided parameters were invalid/);
    }
  });

  test('an error of the server is told by its status alone', async () => {
    await using served = await serve(reading('broken', '/broken'));
    const { isError, content } = await served.client.callTool('broken');
    expect({ isError, content }).toStrictEqual({
      isError: true,
      content: 'error processing request: unexpected status code: 500 (Internal Server Error)',
    });
  });

  test('a toolset serves the tools of one Resource', async () => {
    await using toolbox = await startToolbox({ yaml: configOf(reading('a'), reading('b')) });
    await using all = await connectMcp(toolbox.url);
    await using one = await connectMcp(`${toolbox.url}/b`);
    expect((await all.listTools()).map(({ name }) => name)).toStrictEqual(['a', 'b']);
    expect((await one.listTools()).map(({ name }) => name)).toStrictEqual(['b']);
  });
});

describe('where MCP Toolbox connects to', () => {
  test('is the gate and no other address of the inside, whatever answers', async () => {
    await using served = await serve(
      sourceOf(
        'shop',
        get('shop', '/x'),
        get('astray', '/x?to=http://127.0.0.2:1/', {
          source: 'shop',
          path: '/shop/x?to=http://127.0.0.2:1/',
        }),
      ),
    );
    expect((await served.client.callTool('shop')).isError).toBe(false);
    const { isError, content } = await served.client.callTool('astray');
    expect(isError).toBe(true);
    expect(content).toMatch(/redirect to blocked IP 127\.0\.0\.2 denied$/);
  });
});

describe('the container', () => {
  test('runs the version that these tests run', () => {
    const { optionalDependencies } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { optionalDependencies: Record<string, string> };
    expect(toolboxImage.tag).toBe(optionalDependencies['@toolbox-sdk/server-linux-x64']);
  });

  const input = {
    transport: 'http' as const,
    port: 8080,
    configDir: '/etc/mcp',
    configPath: '/etc/mcp/tools.yaml',
    serviceNames: ['sales', 'sales.tas-acme.svc'],
  };

  test.each([
    { reason: 'the name of the Service', address: '0.0.0.0' as const, host: 'sales:8080', want: true },
    { reason: 'another name', address: '0.0.0.0' as const, host: 'evil.example', want: false },
    { reason: 'its address', address: '0.0.0.0' as const, host: '10.1.2.3', want: false },
    { reason: 'a sidecar', address: '127.0.0.1' as const, host: '127.0.0.1:8081', want: true },
    { reason: 'kubectl port-forward', address: '0.0.0.0' as const, host: 'localhost:8080', want: true },
  ])('answers requests to $reason: $want', async ({ address, host, want }) => {
    const { args } = toolboxContainer({ ...input, address });
    const yaml = configOf(reading('here'));
    await using toolbox = await startToolbox({
      yaml,
      args: args.filter((arg) => !arg.startsWith('--config=')),
    });
    const listed = await connectMcp(toolbox.url, { host }).then(
      (client) => client.close().then(() => true),
      () => false,
    );
    expect(listed).toBe(want);
  });
});
