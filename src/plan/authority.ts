import type { JsonObject } from '../contract/kube.ts';
import { stringAt } from '../contract/observed.ts';
import type { Problem } from '../contract/reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { TextReader, World } from '../contract/selector.ts';
import type { Needs } from '../servers/server-type.ts';
import { certificatesIn, maxCertificates } from './ca.ts';
import { decodeSecretValue } from './encoding.ts';
import { type Pending, problem } from './problem.ts';
import { readValue } from './reading.ts';

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
  const reading = readValue(
    { object: found[0] as JsonObject, key: ref.key, text: value },
    ref.kind === 'Secret' ? encodedPem : plainPem,
    namespace,
    world,
  );
  if (!reading) return undefined;
  if (!reading.ok) return problem('CAInvalid', `Key "${ref.key}" of ${where} ${reading.error}.`);
  const certificates = reading.value;
  return certificates === undefined
    ? problem(
        'CAInvalid',
        `Key "${ref.key}" of ${where} must hold 1 to ${maxCertificates} certificates in PEM.`,
      )
    : ok(certificates);
};

/** Of the value of a ConfigMap. */
const plainPem: TextReader<string | undefined> = { name: 'pem', read: certificatesIn };

/** Of the value of a Secret, in base64. */
const encodedPem: TextReader<string | undefined> = {
  name: 'pem-in-base64',
  read: (value) => {
    const pem = decodeSecretValue(value);
    return pem === undefined ? undefined : certificatesIn(pem);
  },
};
