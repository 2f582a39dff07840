import type { JsonObject } from '../contract/kube.ts';
import { stringAt } from '../contract/observed.ts';
import type { Problem } from '../contract/reasons.ts';
import type { Result } from '../contract/result.ts';
import type { Cluster } from '../contract/selector.ts';
import type { Needs } from '../servers/server-type.ts';
import type { Allowance } from './allowance.ts';
import { type Pending, problem } from './problem.ts';
import { hashOf, readValue } from './reading.ts';

/** What the type makes of the document that a Resource needs; or why there is none. */
export const documentOf = (
  ref: NonNullable<Needs['document']>,
  namespace: string,
  cluster: Cluster,
  allowance?: Allowance,
): Result<unknown, Problem> | Pending => {
  const found = cluster.find({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: ref.name });
  if (!found) return undefined;
  const where = `ConfigMap "${ref.name}" with the key "${ref.key}"`;
  const text = found[0] && stringAt(found[0], 'data', ref.key);
  if (text === undefined) {
    return problem(
      'DocumentNotFound',
      `${where} does not exist in this namespace: create it, or correct the name.`,
    );
  }
  const value = { object: found[0] as JsonObject, key: ref.key, text };
  if (allowance?.take('documents', text.length, () => hashOf(value)) === false) {
    return problem(
      'TooMany',
      `With ${where} the documents of this Instance would exceed what the platform allows: select fewer Resources, let them share a document, or have limits.documentBytesPerInstance raised in the EnvironmentConfig "function-mcp".`,
    );
  }
  const reading = readValue(value, ref.reader, namespace, cluster);
  if (!reading) return undefined;
  const read = reading.ok ? reading.value : reading;
  return read.ok ? read : problem('DocumentInvalid', `${where}: ${read.error}.`);
};
