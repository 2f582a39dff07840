import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ComposeInput } from '../../src/compose/input.ts';
import { listenersOf } from '../../src/compose/listeners.ts';
import { serverTypes } from '../../src/servers/registry.ts';

const port = fc.oneof(
  fc.integer({ min: 1024, max: 65_535 }),
  fc.integer({ min: 15_070, max: 15_090 }),
  fc.integer({ min: 65_530, max: 65_535 }),
);

test('processes of a pod never need the same port, whichever port of the schema an Instance has', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...serverTypes),
      fc.constantFrom('http', 'sse', 'stdio'),
      fc.option(fc.constant('token'), { nil: undefined }),
      port,
      (type, transport, token, at) => {
        fc.pre(type.instance.spec.safeParse({ port: at }).success);
        const plan = { token, common: { transport, port: at } };
        const input = { subject: { type }, plan } as unknown as ComposeInput;
        const { inbound, outbound } = listenersOf(input);
        const behind = inbound ? [inbound.bridge, inbound.guard, inbound.server] : [];
        const all = [...behind, outbound].flatMap((listener) => listener ?? []);
        const ports = all.map((listener) => listener.port);
        expect(new Set(ports).size).toBe(ports.length);
        expect(ports.every((number) => number >= 1024 && number <= 65_535)).toBe(true);
        const open = all.filter(({ host }) => host === '0.0.0.0');
        expect(open).toStrictEqual(inbound ? [{ host: '0.0.0.0', port: at }] : []);
        expect(inbound?.clients).toStrictEqual(open[0]);
      },
    ),
    { numRuns: 2000 },
  );
});
