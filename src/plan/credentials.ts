import type { JsonObject } from '../contract/kube.ts';
import { dataKeys } from '../contract/names.ts';
import { objectAt, stringAt } from '../contract/observed.ts';
import type { Problem, UnusableReason } from '../contract/reasons.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Selector, World } from '../contract/selector.ts';
import type { CredentialKey, Needs } from '../contract/server-type.ts';
import { certificatesIn, maxCertificates } from './ca.ts';
import { decodeSecretValue, encode } from './encoding.ts';
import { isGranted, mayBeSource } from './grants.ts';
import type { Settings } from './settings.ts';

export const secretNamed = (namespace: string, name: string): Selector => ({
  apiVersion: 'v1',
  kind: 'Secret',
  namespace,
  name,
});
const problem = (reason: UnusableReason, message: string) => fail<Problem>({ reason, message });

/** Not fetched yet. */
export type Pending = undefined;

/**
 * The credentials of a Resource by purpose, encoded for the configuration; or why it has none. A tenant
 * learns of another namespace's Secret only that it is not granted, never whether it exists.
 */
export const credentialsOf = (
  ref: NonNullable<Needs['credentials']>,
  namespace: string,
  world: World,
  settings: Settings,
  field = 'credentialsRef',
): Result<Record<string, string>, Problem> | Pending => {
  const source = ref.namespace ?? namespace;
  const foreign = source !== namespace;
  const denied = () =>
    problem(
      'NotGranted',
      `Secret "${ref.name}" of namespace "${source}" is not granted to this namespace: its owner must annotate it with tas.io/allowed-namespaces: "${namespace}", and the platform must allow "${source}" as a source.`,
    );
  if (foreign && !mayBeSource(source, settings)) return denied();
  const found = world.find(secretNamed(source, ref.name));
  if (!found) return undefined;
  const secret = found[0];
  if (foreign && !(secret && isGranted(secret, namespace, settings))) return denied();
  if (!secret) {
    return problem(
      'SecretNotFound',
      `Secret "${ref.name}" does not exist in namespace "${source}": create it, or correct ${field}.`,
    );
  }
  if (stringAt(secret, 'data', dataKeys.credentialsRevision) !== undefined) {
    return problem(
      'CredentialsUnsupported',
      `Secret "${ref.name}" is one that function-mcp writes for an Instance: its values would be encoded again at every reconcile. Name the Secret that they came from.`,
    );
  }
  return valuesOf(secret, ref.name, ref.keys, field);
};

const valuesOf = (
  secret: JsonObject,
  name: string,
  keys: readonly CredentialKey[],
  field: string,
): Result<Record<string, string>, Problem> => {
  const data = objectAt(secret, 'data');
  const values: Record<string, string> = {};
  for (const { purpose, key, encoding } of keys) {
    const base64 = Object.hasOwn(data, key) ? data[key] : undefined;
    if (typeof base64 !== 'string' || base64 === '') {
      return problem(
        'SecretKeyMissing',
        `Secret "${name}" has no value for the key "${key}": add it, or name another key in ${field}.`,
      );
    }
    const text = decodeSecretValue(base64);
    const value = text === undefined ? undefined : encode(text, encoding);
    if (value === undefined) {
      return problem(
        'CredentialsUnsupported',
        `Key "${key}" of Secret "${name}" cannot be used: it must be ${accepted[encoding]}.`,
      );
    }
    values[purpose] = value;
  }
  return ok(values);
};

const accepted = {
  percent: 'UTF-8 text without NUL characters',
  plain: 'printable ASCII without spaces or line breaks',
} as const;

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
