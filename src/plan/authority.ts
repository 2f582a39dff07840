import type { JsonObject } from '../contract/kube.ts';
import { stringAt } from '../contract/observed.ts';
import type { Problem } from '../contract/reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { World } from '../contract/selector.ts';
import type { Needs } from '../servers/server-type.ts';
import { certificatesIn, maxCertificates } from './ca.ts';
import { decodeSecretValue } from './encoding.ts';
import { type Pending, problem } from './problem.ts';

/** The certificates that a `caRef` names, as PEM; or why there are none. */
export const authorityOf = (
  ref: NonNullable<Needs['ca']>,
  namespace: string,
  world: World,
): Result<string, Problem> | Pending => {
  const found = world.find({ apiVersion: 'v1', kind: ref.kind, namespace, name: ref.name });
  if (!found) return undefined;
  const value = found[0] && stringAt(found[0], 'data', ref.key);
  const where = `${ref.kind} "${ref.name}"`;
  if (value === undefined) {
    return problem(
      'CANotFound',
      `${where} with the key "${ref.key}" does not exist in this namespace: create it, or correct caRef.`,
    );
  }
  const certificates = parsedOnce(found[0] as JsonObject, ref.key, () => {
    const pem = ref.kind === 'Secret' ? decodeSecretValue(value) : value;
    return pem === undefined ? undefined : certificatesIn(pem);
  });
  return certificates === undefined
    ? problem(
        'CAInvalid',
        `Key "${ref.key}" of ${where} must hold 1 to ${maxCertificates} certificates in PEM.`,
      )
    : ok(certificates);
};

/** Certificates by the object of a request that they are in: many Resources name one authority, and parsing takes long. */
const parsed = new WeakMap<JsonObject, Map<string, string | undefined>>();

const parsedOnce = (object: JsonObject, key: string, parse: () => string | undefined): string | undefined => {
  const known = parsed.get(object) ?? new Map<string, string | undefined>();
  if (!known.has(key)) known.set(key, parse());
  parsed.set(object, known);
  return known.get(key);
};
