import { programs } from '../../lab/programs.ts';
import { encode } from '../../src/plan/encoding.ts';
import { search as type } from '../../src/servers/search/search.ts';
import { type Story, since } from '../stage/story.ts';
import { toolsExcerpt } from '../stage/tools-excerpt.ts';
import { PRODUCTS, startCatalogue } from './catalogue.ts';
import { listIndices, listTools, refuseOthers, searchProducts } from './client.ts';

const authorization = ({ username = '', password = '' }: Readonly<Record<string, string>>): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** An OpenSearch that MCP Toolbox searches. */
export const search: Story = {
  type,
  titles: { backend: 'a real OpenSearch', server: 'a real MCP Toolbox 1.12.0' },
  programs: [programs.opensearch, programs.toolbox],
  firstTime: 'about 45 s, for 90 MB from Maven Central',
  resource: 'catalogue',
  async start(credentials, note) {
    const started = performance.now();
    const catalogue = await startCatalogue(credentials);
    const { version } = await catalogue.done<{ version: { number: string } }>('GET', '/');
    note(`OpenSearch ${version.number} on ${catalogue.host}:${catalogue.port}, ready in ${since(started)}`);
    note(`${PRODUCTS.length} products, a log of searches, and an index that is not listed`);
    note(`user ${credentials['username']}: may read; quotes, "$" and braces in its password`);
    return {
      spec: { host: catalogue.host, port: catalogue.port },
      changed: `is at ${catalogue.host}:${catalogue.port}`,
      stop: () => catalogue.stop(),
      [Symbol.asyncDispose]: () => catalogue.stop(),
    };
  },
  excerpt: toolsExcerpt('catalogue', 'count_catalogue'),
  secret: (credentials) => ({
    text: credentials['password'] ?? '',
    rendered: encode(authorization(credentials), 'header') ?? '',
    as: 'as a header',
  }),
  async ask(client, note) {
    await listTools(client, note);
    note('');
    await listIndices(client, note);
    await searchProducts(client, note);
    note('\nA value that is not allowed is refused:');
    await refuseOthers(client, note);
  },
  verdicts: {
    elsewhere: { articles: 'DNSFailed' },
    wrong: { purpose: 'AUTHORIZATION', value: 'wrong', reason: 'AuthFailed' },
  },
};
