import type { JsonObject } from '../contract/kube.ts';
import { stringAt } from '../contract/observed.ts';
import type { Problem } from '../contract/reasons.ts';
import type { Result } from '../contract/result.ts';
import type { Cluster, TextReader } from '../contract/selector.ts';
import type { Needs } from '../servers/server-type.ts';
import type { Allowance } from './allowance.ts';
import { countCertificates, maxCertificates, readAuthority } from './ca.ts';
import { decodeSecretValue } from './encoding.ts';
import { type Pending, problem } from './problem.ts';
import { readValue } from './reading.ts';

/** The certificates that a `caRef` names, as PEM; or why there are none. */
export const authorityOf = (
  ref: NonNullable<Needs['ca']>,
  namespace: string,
  cluster: Cluster,
  allowance?: Allowance,
): Result<string, Problem> | Pending => {
  const found = cluster.find({ apiVersion: 'v1', kind: ref.kind, namespace, name: ref.name });
  if (!found) return undefined;
  const value = found[0] && stringAt(found[0], 'data', ref.key);
  const where = `${ref.kind} "${ref.name}"`;
  if (value === undefined) {
    return problem(
      'CANotFound',
      `${where} with the key "${ref.key}" does not exist in this namespace: create it, or correct caRef.`,
    );
  }
  const object = found[0] as JsonObject;
  const invalid = (error: string) => problem('CAInvalid', `Key "${ref.key}" of ${where} ${error}.`);
  const pem = onceFor(object, `text of ${ref.key}`, () => {
    const text = ref.kind === 'Secret' ? decodeSecretValue(value) : value;
    const count = text === undefined ? 0 : countCertificates(text);
    return { text: text ?? '', count };
  });
  if (pem.count > maxCertificates) return invalid(`must hold 1 to ${maxCertificates} certificates in PEM`);
  if (allowance?.take('certificates', pem.count, `${where} ${ref.key}`) === false) {
    return problem(
      'TooMany',
      `With ${where} the authorities of this Instance would exceed the certificates that the platform allows: select fewer Resources, let them share an authority, or have limits.certificatesPerInstance raised in the EnvironmentConfig "function-mcp".`,
    );
  }
  const reader = ref.kind === 'Secret' ? encodedPem : plainPem;
  const reading = readValue({ object, key: ref.key, text: value }, reader, namespace, cluster);
  if (!reading) return undefined;
  const read = reading.ok ? reading.value : reading;
  return read.ok ? read : invalid(read.error);
};

/** Of the value of a ConfigMap. */
const plainPem: TextReader<Result<string, string>> = { name: 'pem', read: readAuthority };

/** Of the value of a Secret, in base64. */
const encodedPem: TextReader<Result<string, string>> = {
  name: 'pem-in-base64',
  read: (value) => readAuthority(decodeSecretValue(value) ?? ''),
};

/** What was made of the object of a request: many Resources name one authority, and parsing takes long. */
const known = new WeakMap<JsonObject, Map<string, unknown>>();

const onceFor = <T>(object: JsonObject, key: string, make: () => T): T => {
  const table = known.get(object) ?? new Map<string, unknown>();
  known.set(object, table);
  if (!table.has(key)) table.set(key, make());
  return table.get(key) as T;
};
