import { expect, test } from 'vitest';
import { flavours } from '../../src/contract/flavour.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { bytes } from '../../src/servers/storage/size.ts';
import { builtFirst } from '../support/built-first.ts';
import { leaksIn } from '../support/secrets.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { connectionsOf, keysOf, kinds, storageWorld, supplies, unusable } from './buckets.ts';

builtFirst('mcp-s3');

interface Wish {
  bucket: string;
  endpoint?: string;
  region?: string;
  prefix?: string;
  description?: string;
  readOnly?: boolean;
  maxGetSize?: string;
  maxPutSize?: string;
}

interface Policy {
  readOnly?: boolean;
  maxGetSize?: string;
  maxPutSize?: string;
}

const policies: JsonObject[] = [
  {},
  { readOnly: true, maxGetSize: '1Ki', maxPutSize: '1Ki' },
  { readOnly: false },
  { readOnly: false, maxGetSize: '32Mi', maxPutSize: '9999Ki' },
];
const cases = [...kinds, ...unusable];

const reading = [
  's3_get_object',
  's3_get_object_metadata',
  's3_list_buckets',
  's3_list_connections',
  's3_list_objects',
];
const writing = ['s3_copy_object', 's3_delete_object', 's3_put_object'];

test.for(policies.flatMap((policy) => flavours.map((flavour) => ({ policy, flavour }))))(
  'every configuration is loaded, and says what is served: policy $policy ($flavour)',
  async ({ policy, flavour }) => {
    const specs = Object.fromEntries(cases.map(({ name, spec }) => [name, spec]));
    const world = storageWorld(
      flavour,
      { ...specs, invalid: { bucket: 'No Bucket', credentialsRef: { name: 'credentials' } } },
      supplies,
      { defaultPolicy: policy },
    );
    await using served = await serveInstance(world);
    await using client = await served.connect();

    const { readOnly = true, maxGetSize = '1Mi', maxPutSize = '1Mi' } = policy as Policy;
    const tools = (await client.listTools()).map(({ name }) => name).sort();
    expect(tools).toEqual(readOnly ? reading : [...reading, ...writing].sort());
    expect(await connectionsOf(client)).toEqual(
      cases
        .map(({ name, spec, reason }) => {
          const wish = spec as unknown as Wish;
          const reads = readOnly || wish.readOnly === true;
          const least = (mine: string | undefined, most: string) =>
            Math.min(bytes(mine ?? most), bytes(most));
          return {
            name,
            bucket: wish.bucket,
            region: wish.region ?? 'us-east-1',
            endpoint: wish.endpoint ?? expect.stringMatching(/^https:\/\/s3\..*\.amazonaws\.com(\.cn)?$/),
            read_only: reads,
            max_get_size: least(wish.maxGetSize, maxGetSize),
            ...(!reads && { max_put_size: least(wish.maxPutSize, maxPutSize) }),
            ...(wish.prefix !== undefined && { prefix: wish.prefix }),
            ...(wish.description !== undefined && { description: wish.description }),
            ...(reason !== undefined && { problem: reason }),
          };
        })
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
    for (const { name, reason = '' } of unusable) {
      const said = await keysOf(client, { connection: name, bucket: 'orders' });
      expect(said).toContain(`this connection is not available: ${reason}`);
    }
    expect(leaksIn(served.logs(), ['AKIA0000', 's3cret/"with', 'a+session/token=='])).toEqual([]);
  },
);
