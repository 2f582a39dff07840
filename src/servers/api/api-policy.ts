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

/** Longest text about operations that are left out. The status of an Instance has one for each Resource. */
const maxLeftOut = 300;

/** How an API is served: the number of operations, and why others are left out. */
export const effectivePolicy = (spec: ApiEndpointSpec, policy: ApiPolicy, document?: unknown): Effective => {
  const readOnly = !mayWrite(spec, policy);
  if (!spec.operations && document === undefined) return { readOnly, fields: {} };
  const { served, leftOut } = servedOperations(spec, policy, document, 64);
  return {
    readOnly,
    fields: {
      operations: served.length,
      ...(leftOut.length > 0 && { leftOut: summaryOf(leftOut) }),
    },
  };
};

const summaryOf = (leftOut: Served['leftOut']): string => {
  let text = '';
  for (const [index, operation] of leftOut.entries()) {
    const sentence = `${titleOf(operation)}: ${operation.reason}`;
    const next = text === '' ? sentence : `${text}; ${sentence}`;
    if (next.length > maxLeftOut) {
      const more = `${leftOut.length - index} more`;
      return text === '' ? `${sentence.slice(0, maxLeftOut - 1).toWellFormed()}…` : `${text}; and ${more}`;
    }
    text = next;
  }
  return text;
};
