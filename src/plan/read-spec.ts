import { canonicalJson, specHash } from '../contract/hash.ts';
import type { JsonObject } from '../contract/kube.ts';
import { isObject } from '../contract/observed.ts';
import { remembered } from '../contract/remember.ts';
import type { Result } from '../contract/result.ts';
import type { AnyServerType, Source, SourceInput } from '../servers/server-type.ts';
import { parseSpec } from './spec.ts';

/** The parsed spec of a Resource, and what its type makes of it. Must not be changed. */
export interface ReadSpec {
  type: AnyServerType;
  parsed: Result<unknown, string>;
  /** Hash of the parsed spec. Empty if the spec is invalid. */
  hash: string;
  /** The source of the Resource: the last one, if the input has not changed. */
  source: (input: SourceInput<unknown, unknown>) => Source;
}

/** Characters of specs and of their sources. */
const bounds = { perTenant: 4 * 1024 * 1024, total: 16 * 1024 * 1024 };

/** All specs come with every call, and rarely change. A call for 50 APIs takes half of the time with this memory. */
const memory = remembered<ReadSpec>(bounds);

/** Reads the spec of a Resource as {@link parseSpec} does, or returns what is remembered for an equal spec. */
export const readSpec = (type: AnyServerType, spec: unknown, tenant: string): ReadSpec => {
  const key = `${type.name} ${canonicalJson(spec)}`;
  const known = memory.get(tenant, key);
  if (known?.type === type) return known;
  const parsed = parseSpec(type.resource.spec, spec);
  const keep = (texts: readonly string[]) =>
    memory.set(
      tenant,
      key,
      read,
      texts.reduce((sum, text) => sum + text.length, 2 * key.length),
    );
  let last: { input: string; document: WeakRef<JsonObject> | undefined; source: Source } | undefined;
  const read: ReadSpec = {
    type,
    parsed,
    hash: parsed.ok ? specHash(parsed.value) : '',
    source: (given) => {
      const { name, policy, problem, caPath, place, document } = given;
      const input = JSON.stringify([name, policy, problem, caPath, place]);
      if (last?.input === input && last.document?.deref() === document) return last.source;
      const source = type.source(given);
      last = { input, document: isObject(document) ? new WeakRef(document) : undefined, source };
      keep(source.texts);
      return source;
    },
  };
  keep([]);
  return read;
};
