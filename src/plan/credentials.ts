import type { JsonObject } from '../contract/kube.ts';
import { dataKeys } from '../contract/names.ts';
import { objectAt, stringAt } from '../contract/observed.ts';
import type { Problem } from '../contract/reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { Cluster, Selector } from '../contract/selector.ts';
import type { Credential, Needs } from '../servers/server-type.ts';
import type { Allowance } from './allowance.ts';
import { decodeSecretValue, encode } from './encoding.ts';
import { isGranted, mayBeSource } from './grants.ts';
import { type Pending, problem } from './problem.ts';
import type { Settings } from './settings.ts';
import type { SupplyContext } from './supply-context.ts';

const secretNamed = (namespace: string, name: string): Selector => ({
  apiVersion: 'v1',
  kind: 'Secret',
  namespace,
  name,
});

/**
 * Returns the credentials of a Resource by purpose, encoded for the configuration, or why it has none.
 */
export const credentialsOf = (
  ref: NonNullable<Needs['credentials']>,
  namespace: string,
  cluster: Cluster,
  settings: Settings,
  field = 'credentialsRef',
  allowance?: Allowance,
): Result<Record<string, string>, Problem> | Pending => {
  const secret = secretOf(ref, { namespace, cluster, settings }, field);
  return secret?.ok ? valuesOf(secret.value, ref, field, allowance) : secret;
};

/**
 * Returns the Secret that a Resource refers to, or why it may not be used. If a Secret in another namespace is not
 * shared, the error does not reveal whether it exists.
 */
export const secretOf = (
  ref: Pick<NonNullable<Needs['credentials']>, 'name' | 'namespace'>,
  { namespace, cluster, settings }: Pick<SupplyContext, 'namespace' | 'cluster' | 'settings'>,
  field = 'credentialsRef',
): Result<JsonObject, Problem> | Pending => {
  const source = ref.namespace ?? namespace;
  const foreign = source !== namespace;
  const denied = () =>
    problem(
      'NotGranted',
      `Secret "${ref.name}" of namespace "${source}" is not shared with this namespace: its owner must annotate it with tas.io/allowed-namespaces: "${namespace}", and the platform must allow "${source}" as a source.`,
    );
  if (foreign && !mayBeSource(source, settings)) return denied();
  const found = cluster.find(secretNamed(source, ref.name));
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
      `Secret "${ref.name}" is written by function-mcp for an Instance, so its values would be encoded again at every reconcile. Refer to the original Secret.`,
    );
  }
  return ok(secret);
};

/** Maximum length of a value in a Secret, in base64, for tokens of 32 KiB. */
const maxValue = 44 * 1024;

const valuesOf = (
  secret: JsonObject,
  { name, values: wanted }: NonNullable<Needs['credentials']>,
  field: string,
  allowance: Allowance | undefined,
): Result<Record<string, string>, Problem> => {
  const data = objectAt(secret, 'data');
  const values: Record<string, string> = {};
  for (const credential of wanted) {
    const missing = credential.keys.find((key) => !textAt(data, key));
    if (missing !== undefined) return keyMissing(name, missing, field);
    const long = credential.keys.find((key) => (textAt(data, key)?.length ?? 0) > maxValue);
    if (long !== undefined) {
      return problem(
        'CredentialsUnsupported',
        `Key "${long}" of Secret "${name}" cannot be used: it must not be longer than 32 KiB.`,
      );
    }
    const size = credential.keys.reduce((sum, key) => sum + (textAt(data, key)?.length ?? 0), 0);
    if (allowance?.take('credentials', size) === false) {
      return problem(
        'TooMany',
        'This Resource would make the credentials of the Instance larger than a Secret may be: select fewer Resources, or add an Instance.',
      );
    }
    const value = madeOf(
      credential,
      credential.keys.map((key) => textAt(data, key) ?? ''),
    );
    if (value === undefined) {
      const { keys, accepts, encoding } = credential;
      const which = keys.map((key) => `"${key}"`).join(' and ');
      return problem(
        'CredentialsUnsupported',
        `${keys.length > 1 ? 'Keys' : 'Key'} ${which} of Secret "${name}" cannot be used: it must be ${accepts ?? accepted[encoding]}.`,
      );
    }
    values[credential.purpose] = value;
  }
  return ok(values);
};

/** Returns the text of each key of a Secret, or why one of them has none. */
export const textsOf = (
  secret: JsonObject,
  name: string,
  keys: readonly string[],
): Result<Record<string, string>, Problem> => {
  const data = objectAt(secret, 'data');
  const texts: Record<string, string> = {};
  for (const key of keys) {
    const base64 = textAt(data, key);
    if (!base64) return keyMissing(name, key, 'credentialsRef');
    const text = base64.length > maxValue ? undefined : decodeSecretValue(base64);
    if (text === undefined)
      return problem(
        'CredentialsUnsupported',
        `Key "${key}" of Secret "${name}" cannot be used: it must be UTF-8 text of at most 32 KiB.`,
      );
    texts[key] = text;
  }
  return ok(texts);
};

const keyMissing = (name: string, key: string, field: string) =>
  problem(
    'SecretKeyMissing',
    `Secret "${name}" has no value for the key "${key}": add it, or set another key in ${field}.`,
  );

const textAt = (data: JsonObject, key: string): string | undefined => {
  const base64 = Object.hasOwn(data, key) ? data[key] : undefined;
  return typeof base64 === 'string' ? base64 : undefined;
};

/** Combines and encodes the values of the keys, given in base64. Returns undefined if the result cannot be encoded. */
const madeOf = (
  { join = (only = '') => only, encoding }: Credential,
  keys: readonly string[],
): string | undefined => {
  const texts = keys.map(decodeSecretValue);
  if (!texts.every((text) => text !== undefined)) return undefined;
  const joined = join(...texts);
  return joined === undefined ? undefined : encode(joined, encoding);
};

const accepted = {
  percent: 'UTF-8 text without NUL characters',
  json: 'UTF-8 text without NUL characters and without characters above U+FFFF',
  header: 'printable ASCII, as in an HTTP header field',
  plain: 'printable ASCII without spaces or line breaks',
} as const;
