import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/contract/hash.ts';
import { api } from '../../src/servers/api/api.ts';
import { endpointSource } from '../../src/servers/api/api-config.ts';
import { ApiPolicy } from '../../src/servers/api/api-instance.ts';
import { ApiEndpointSpec } from '../../src/servers/api/api-resource.ts';
import { toolboxBytes, toolboxRoutes, toolsYaml } from '../../src/servers/toolbox/toolbox-config.ts';
import { testServerType } from './conformance.ts';

testServerType(api, 'examples/api/tenant.yaml');

test('no API takes more of the ConfigMap than it is counted with', () => {
  const description = fc
    .string({ unit: 'grapheme', maxLength: 100 })
    .filter((text) => ApiEndpointSpec.shape.description.safeParse(text).success);
  fc.assert(
    fc.property(fc.array(fc.tuple(description, fc.nat(5)), { minLength: 1, maxLength: 5 }), (all) => {
      const fragments = all.map(([text, count], index) => {
        const operations = Array.from({ length: count + 1 }, (_, number) => ({
          name: `operation${number}`,
          path: '/x',
          description: text,
          parameters: [{ name: 'q', in: 'query', description: text }],
        }));
        const spec = ApiEndpointSpec.parse({ baseUrl: 'http://api', description: text, operations });
        const policy = ApiPolicy.parse({});
        const placeholder = (purpose: string) => purpose;
        const place = { host: 'api.tas-acme.svc.cluster.local', name: 'api', addresses: 'inside' } as const;
        return endpointSource({ name: `api-${index}`, spec, policy, place, placeholder }).fragment;
      });
      const counted = fragments.reduce<number>((sum, fragment) => sum + toolboxBytes(fragment), 0);
      const written = toolsYaml(fragments) + canonicalJson(toolboxRoutes(fragments, { ranges: {} }));
      expect(Buffer.byteLength(written)).toBeLessThanOrEqual(counted);
    }),
  );
});
