import { isObject } from '../contract/observed.ts';
import type { Problem } from '../contract/reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { AnyServerType } from '../servers/server-type.ts';
import { secretOf, textsOf } from './credentials.ts';
import { type Pending, problem } from './problem.ts';
import { type ReadSpec, readSpec } from './read-spec.ts';
import type { SupplyContext } from './supply-context.ts';

/**
 * Reads the spec of a Resource with the fields that its Secret provides, as if the tenant had written them. A spec that
 * has all its fields is returned as it is.
 */
export const completeSpec = (
  type: AnyServerType,
  rawSpec: unknown,
  written: ReadSpec,
  context: SupplyContext,
): Result<ReadSpec, Problem> | Pending => {
  if (!written.parsed.ok) return ok(written);
  const wanted = type.fromSecret?.(written.parsed.value);
  const ref = type.needs(written.parsed.value).credentials;
  if (!wanted || !ref || !isObject(rawSpec)) return ok(written);
  const secret = secretOf(ref, context);
  if (!secret?.ok) return secret;
  const texts = textsOf(secret.value, ref.name, wanted.keys);
  if (!texts.ok) return texts;
  const unsupported = (why: string) =>
    problem('CredentialsUnsupported', `Secret "${ref.name}" cannot be used, ${why}.`);
  const fields = wanted.complete(texts.value);
  if (!fields.ok) return unsupported(fields.error);
  const read = readSpec(type, { ...fields.value, ...rawSpec }, context.namespace);
  return read.parsed.ok ? ok(read) : unsupported(`as the spec would be invalid: ${read.parsed.error}`);
};
