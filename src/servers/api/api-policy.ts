import { mayWrite } from '../../schema/read-only.ts';
import type { Effective, ServerType } from '../server-type.ts';
import type { ApiPolicy } from './api-instance.ts';
import type { ApiEndpointSpec } from './api-resource.ts';
import { declaredInline } from './inline.ts';
import { type Declared, titleOf } from './operation.ts';
import { comparisons, type Served, servedOf } from './served.ts';

/** The operations of an API that are served. None if the document is not known. */
export const servedOperations = (
  spec: ApiEndpointSpec,
  policy: ApiPolicy,
  document: unknown,
  longest: number,
): Served =>
  servedOf(
    spec.operations ? declaredInline(spec.operations) : ((document as Declared | undefined) ?? nothing),
    {
      ...(spec.allow && { allow: spec.allow }),
      ...(spec.deny && { deny: spec.deny }),
      readOnly: !mayWrite(spec, policy),
      maxOperations: policy.maxOperations,
    },
    longest,
  );

/** The work of an API that a document declares. An API that a spec declares is bounded by the schema. */
export const endpointWork: NonNullable<ServerType<ApiEndpointSpec, ApiPolicy>['work']> = {
  compared: (spec, document) =>
    comparisons((document as Declared | undefined) ?? nothing, {
      ...(spec.allow && { allow: spec.allow }),
      ...(spec.deny && { deny: spec.deny }),
    }),
  written: (spec, policy, document) =>
    servedOperations(spec, policy, document, 64).served.reduce(
      (sum, { operation }) => sum + (operation.characters ?? 0),
      0,
    ),
};

const nothing: Declared = { operations: [], leftOut: [] };

/**
 * Maximum length of the text about operations that are left out, in bytes. The status of an Instance has one text for
 * each of up to 500 Resources: at most 512 KiB, a third of the limit of an object in etcd (1.5 MiB). `explain --full`
 * shows all operations.
 */
export const maxLeftOut = 1024;

/** How an API is served: the number of operations, and why others are left out. */
export const effectivePolicy = (spec: ApiEndpointSpec, policy: ApiPolicy, document?: unknown): Effective => {
  const readOnly = !mayWrite(spec, policy);
  if (!spec.operations && document === undefined) return { readOnly, fields: {} };
  const { served, leftOut } = servedOperations(spec, policy, document, 64);
  const sentences = leftOut.map((operation) => `${titleOf(operation)}: ${operation.reason}`);
  return {
    readOnly,
    fields: {
      operations: served.length,
      ...(sentences.length > 0 && { leftOut: summaryOf(sentences) }),
    },
    ...(sentences.length > 0 && { leftOut: sentences }),
  };
};

/** As many of the sentences as fit, and the number of the others. */
const summaryOf = (sentences: readonly string[]): string => {
  const whole = sentences.join('; ');
  if (Buffer.byteLength(whole) <= maxLeftOut) return whole;
  const kept: string[] = [];
  let left = maxLeftOut - Buffer.byteLength(moreOf(sentences.length));
  for (const sentence of sentences) {
    left -= Buffer.byteLength(`${sentence}; `);
    if (left < 0) break;
    kept.push(sentence);
  }
  return `${kept.map((sentence) => `${sentence}; `).join('')}${moreOf(sentences.length - kept.length)}`;
};

const moreOf = (count: number): string => `${count} more, which explain --full shows`;
