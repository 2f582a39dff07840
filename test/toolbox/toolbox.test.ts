import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encode } from '../../src/plan/encoding.ts';
import { substitute } from '../../src/renderer/substitute.ts';
import { type ToolboxFragment, toolsYaml } from '../../src/servers/toolbox/config.ts';
import { toolboxContainer } from '../../src/servers/toolbox/container.ts';
import type { HttpSource } from '../../src/servers/toolbox/source.ts';
import type { HttpTool } from '../../src/servers/toolbox/tool.ts';
import { Placeholder } from '../../src/servers/toolbox/yaml.ts';
import { connectMcp } from '../support/mcp.ts';
import { startToolbox } from '../support/toolbox.ts';

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
      if (url.startsWith('/broken')) return void response.writeHead(500).end('a secret of the server');
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

const source = (name: string, fields: Partial<HttpSource> = {}): HttpSource => ({
  name,
  tls: 'disable',
  host: '127.0.0.1',
  port,
  timeout: 5,
  privateAddresses: true,
  ...fields,
});

const get = (name: string, path: string, fields: Partial<HttpTool> = {}): HttpTool => ({
  name,
  source: name,
  method: 'GET',
  path,
  description: `Reads ${path}`,
  readOnly: true,
  ...fields,
});

const fragment = (name: string, path: string, fields: Partial<HttpSource> = {}): ToolboxFragment => ({
  source: source(name, fields),
  tools: [get(name, path)],
});

const serve = async (...fragments: ToolboxFragment[]) => {
  const toolbox = await startToolbox({ yaml: toolsYaml(fragments) });
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
  test('hostile texts stay texts, and a secret reaches the server as the tenant wrote it', async () => {
    const description = 'He said "${HOME}" \\ {{.x}} 👩‍💻\n\u2028: - #';
    const secret = 'Basic p@ss"w$rd ${HOME} $HOME {{ .x }} \\ %41 \\u0041 #';
    const template = toolsYaml([
      {
        source: source('shop', { headers: { Authorization: new Placeholder('${SHOP_AUTHORIZATION}') } }),
        tools: [get('read_shop', '/x', { source: 'shop', description })],
      },
    ]);
    const rendered = substitute(template, { SHOP_AUTHORIZATION: encode(secret, 'header') ?? '' });
    if (!rendered.ok) throw new Error(rendered.error);
    await using toolbox = await startToolbox({ yaml: rendered.value });
    await using client = await connectMcp(toolbox.url);
    expect(await client.listTools()).toMatchObject([{ name: 'read_shop', description }]);
    const { content } = await client.callTool<Seen>('read_shop');
    expect(content.headers['authorization']).toBe(secret);
    expect(toolbox.logs()).not.toContain('p@ss');
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
    await using served = await serve({ source: source('find'), tools: [tool] });
    const call = (args: Record<string, unknown>) => served.client.callTool<Seen>('find', args);

    const { content } = await call({ index: 'logs-a', q: '"} ${HOME} {{.size}}', size: 3, list: ['a', 'b'] });
    expect(content).toMatchObject({ method: 'POST', url: '/logs-a/_search' });
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
    await using served = await serve(fragment('broken', '/broken'));
    const { isError, content } = await served.client.callTool('broken');
    expect({ isError, content }).toStrictEqual({
      isError: true,
      content: 'error processing request: unexpected status code: 500 (Internal Server Error)',
    });
  });

  test('a toolset serves the tools of one Resource', async () => {
    await using toolbox = await startToolbox({ yaml: toolsYaml([fragment('a', '/a'), fragment('b', '/b')]) });
    await using all = await connectMcp(toolbox.url);
    await using one = await connectMcp(`${toolbox.url}/b`);
    expect((await all.listTools()).map(({ name }) => name)).toStrictEqual(['a', 'b']);
    expect((await one.listTools()).map(({ name }) => name)).toStrictEqual(['b']);
  });
});

describe('where MCP Toolbox connects to', () => {
  const outcome = async (name: string, path: string, fields: Partial<HttpSource>) => {
    await using served = await serve(fragment(name, path, fields));
    const { isError, content } = await served.client.callTool<Seen | string>(name);
    return isError ? JSON.stringify(content).replace(/^.*: |"$/g, '') : 'connected';
  };

  test.each([
    { reason: 'an address that was granted by its very name', path: '/x', fields: {}, want: 'connected' },
    {
      reason: 'a name of this machine, where private addresses may be reached and the node may not',
      path: '/x',
      fields: { host: 'ip6-loopback.localdomain' },
      want: expect.stringMatching(/no such host|denied|misbehaving/),
    },
    {
      reason: 'a private address behind a name, where none may be reached',
      path: '/x',
      fields: { host: 'localhost', privateAddresses: false },
      want: 'connection to blocked IP 127.0.0.1 denied',
    },
    {
      reason: 'an address itself, where private ones may not be reached: the plan has let it pass',
      path: '/x',
      fields: { privateAddresses: false },
      want: 'connected',
    },
    {
      reason: 'a redirect to another address, where private ones may not be reached',
      path: '/x?to=http://127.0.0.2:1/',
      fields: { privateAddresses: false },
      want: 'redirect to blocked IP 127.0.0.2 denied',
    },
  ])('$reason', async ({ reason, path, fields, want }) => {
    expect(await outcome('there', path, fields), reason).toStrictEqual(want);
  });

  test('a server that does not exist, or has a strange address, does not keep the others from starting', async () => {
    const strange = ['192.0.0.1', '100.64.0.1', '255.255.255.255', '10.0.0.1'].map((host, index) =>
      fragment(`strange_${index}`, '/x', { host, privateAddresses: false }),
    );
    const private_ = ['192.0.0.1', '10.0.0.1', '192.168.1.1'].map((host, index) =>
      fragment(`private_${index}`, '/x', { host }),
    );
    await using served = await serve(
      ...strange,
      ...private_,
      fragment('nowhere', '/x', { host: 'nowhere.invalid' }),
      fragment('closed', '/x', { port: 1, tls: 'verify-full' }),
      fragment('unverified', '/x', { port: 1, tls: 'require' }),
      fragment('here', '/x'),
    );
    expect(await served.client.listTools()).toHaveLength(11);
    expect((await served.client.callTool('here')).isError).toBe(false);
  });
});

describe('the container', () => {
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
  ])('answers requests to $reason: $want', async ({ address, host, want }) => {
    const { args } = toolboxContainer({ ...input, address });
    const yaml = toolsYaml([fragment('here', '/x')]);
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
