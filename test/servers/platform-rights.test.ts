import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { serverTypes } from '../../src/servers/registry.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const rules = parseAllDocuments(readFileSync('platform.yaml', 'utf8'))
  .map((document) => document.toJS() as { kind: string; rules?: Rule[] })
  .flatMap((object) => object.rules ?? []);

const holds = (group: string, resource: string, verb: string): boolean =>
  rules.some(
    ({ apiGroups, resources, verbs }) =>
      apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb),
  );

test.each(serverTypes)('platform.yaml lets Crossplane grant the probes of $name their rights', (type) => {
  for (const plural of [type.resource.plural, `x${type.resource.plural}`]) {
    expect(holds(type.group, plural, 'get'), plural).toBe(true);
    expect(holds(type.group, `${plural}/status`, 'patch'), plural).toBe(true);
  }
});
