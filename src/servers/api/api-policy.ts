import { mayWrite } from '../../schema/read-only.ts';
import type { Effective, ServerType } from '../server-type.ts';
import type { ApiPolicy } from './api-instance.ts';
import type { ApiEndpointSpec } from './api-resource.ts';
import { declaredInline } from './inline.ts';
import { type Declared, type LeftOut, titleOf } from './operation.ts';
import { choose, comparisons, type Selection, type Served, servedOf } from './served.ts';

/** The operations of an API that are served. None if the document is not known. */
export const servedOperations = (
  spec: ApiEndpointSpec,
  policy: ApiPolicy,
  document: unknown,
  longest: number,
): Served => servedOf(declaredBy(spec, document), selectionOf(spec, policy), longest);

const declaredBy = (spec: ApiEndpointSpec, document: unknown): Declared =>
  spec.operations ? declaredInline(spec.operations) : ((document as Declared | undefined) ?? nothing);

const selectionOf = (spec: ApiEndpointSpec, policy: ApiPolicy): Selection => ({
  ...patternsOf(spec),
  readOnly: !mayWrite(spec, policy),
  maxOperations: policy.maxOperations,
});

const patternsOf = ({ allow, deny }: ApiEndpointSpec) => ({ ...(allow && { allow }), ...(deny && { deny }) });

/** The work of an API that a document declares. An API that a spec declares is bounded by the schema. */
export const endpointWork: NonNullable<ServerType<ApiEndpointSpec, ApiPolicy>['work']> = {
  compared: (spec, document) => comparisons((document as Declared | undefined) ?? nothing, patternsOf(spec)),
  written: (spec, policy, document) =>
    choose(declaredBy(spec, document), selectionOf(spec, policy)).served.reduce(
      (sum, { characters = 0 }) => sum + characters,
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
/** More sentences than this never fit, because each has at least 20 bytes. */
const maxSentences = 60;

/** How an API is served: the number of operations, and why others are left out. */
export const effectivePolicy = (spec: ApiEndpointSpec, policy: ApiPolicy, document?: unknown): Effective => {
  const readOnly = !mayWrite(spec, policy);
  if (!spec.operations && document === undefined) return { readOnly, fields: {} };
  const { served, leftOut, unmatched } = choose(declaredBy(spec, document), selectionOf(spec, policy));
  const operations = served.length;
  const total = unmatched.length + leftOut.length;
  if (total === 0) return { readOnly, fields: { operations } };
  const first = [...unmatched, ...leftOut.slice(0, maxSentences).map(sentenceOf)].slice(0, maxSentences);
  return {
    readOnly,
    fields: { operations, leftOut: summaryOf(first, total) },
    // Only explain reads all sentences, and a document can have thousands.
    get leftOut() {
      return [...unmatched, ...leftOut.map(sentenceOf)];
    },
  };
};

const sentenceOf = (operation: LeftOut): string => `${titleOf(operation)}: ${operation.reason}`;

/** As many of the sentences as fit, and the number of the others of all. */
const summaryOf = (sentences: readonly string[], total: number): string => {
  const whole = sentences.join('; ');
  if (sentences.length === total && Buffer.byteLength(whole) <= maxLeftOut) return whole;
  const kept: string[] = [];
  let left = maxLeftOut - Buffer.byteLength(moreOf(total));
  for (const sentence of sentences) {
    left -= Buffer.byteLength(`${sentence}; `);
    if (left < 0) break;
    kept.push(sentence);
  }
  return `${kept.map((sentence) => `${sentence}; `).join('')}${moreOf(total - kept.length)}`;
};

const moreOf = (count: number): string => `${count} more, which explain --full shows`;
