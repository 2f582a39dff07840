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
import { hashOf, onceFor, readValue } from './reading.ts';

/** The certificates that a `caRef` names, as PEM; or why there are none. */
export const authorityOf = (
  ref: NonNullable<Needs['ca']>,
  namespace: string,
  cluster: Cluster,
  allowance?: Allowance,
): Result<string, Problem> | Pending => {
  const found = cluster.find({ apiVersion: 'v1', kind: ref.kind, namespace, name: ref.name });
  if (!found) return undefined;
  const text = found[0] && stringAt(found[0], 'data', ref.key);
  const where = `${ref.kind} "${ref.name}"`;
  if (text === undefined) {
    return problem(
      'CANotFound',
      `${where} with the key "${ref.key}" does not exist in this namespace: create it, or correct caRef.`,
    );
  }
  const value = { object: found[0] as JsonObject, key: ref.key, text };
  const hash = () => `${ref.kind} ${hashOf(value)}`;
  const invalid = (error: string) => problem('CAInvalid', `Key "${ref.key}" of ${where} ${error}.`);
  const tooMany = (what: string, limit: string) =>
    problem(
      'TooMany',
      `With ${where} the authorities of this Instance would exceed the ${what} that the platform allows: select fewer Resources, let them share an authority, or have limits.${limit} raised in the EnvironmentConfig "function-mcp".`,
    );
  if (text.length > maxLength[ref.kind]) return invalid('must not be longer than 1 MiB');
  if (allowance?.take('authorities', text.length, hash) === false)
    return tooMany('size', 'authorityBytesPerInstance');
  const count = onceFor(value, 'certificates', () =>
    countCertificates(ref.kind === 'Secret' ? (decodeSecretValue(text) ?? '') : text),
  );
  if (count > maxCertificates) return invalid(`must contain 1 to ${maxCertificates} certificates in PEM`);
  if (allowance?.take('certificates', count, hash) === false)
    return tooMany('number of certificates', 'certificatesPerInstance');
  const reader = ref.kind === 'Secret' ? encodedPem : plainPem;
  const reading = readValue(value, reader, namespace, cluster);
  if (!reading) return undefined;
  const read = reading.ok ? reading.value : reading;
  return read.ok ? read : invalid(read.error);
};

/** Maximum length of an authority: the limit of the object, and for a Secret that in base64. */
const maxLength = { ConfigMap: 1024 * 1024, Secret: Math.ceil((1024 * 1024) / 3) * 4 } as const;

/** Of the value of a ConfigMap. */
const plainPem: TextReader<Result<string, string>> = { name: 'pem', read: readAuthority };

/** Of the value of a Secret, in base64. */
const encodedPem: TextReader<Result<string, string>> = {
  name: 'pem-in-base64',
  read: (value) => readAuthority(decodeSecretValue(value) ?? ''),
};
