import type {
  Resource,
  Resources,
  RunFunctionRequest,
  RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';

/** Any key but the one that the SDK's own decoder cannot hold. */
const key = fc
  .oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.string({ minLength: 90, maxLength: 140 }),
    fc.constantFrom('metadata', 'managedFields', 'constructor', 'toString', 'hasOwnProperty', '0', '17'),
  )
  .filter((text) => text !== '__proto__');

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 20 }));

const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

/** Any JSON object. */
export const struct = fc.dictionary(key, json, { maxKeys: 5, noNullPrototype: true });

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const map = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true });

const bytes = fc.uint8Array({ maxLength: 20 }).map((data) => Buffer.from(data));

const kubernetesObject = fc
  .tuple(struct, fc.oneof(struct, json), optional(json))
  .map(([object, metadata, managedFields]) => ({
    ...object,
    metadata:
      managedFields !== undefined &&
      typeof metadata === 'object' &&
      metadata !== null &&
      !Array.isArray(metadata)
        ? { ...metadata, managedFields }
        : metadata,
  }));

const resource: fc.Arbitrary<Resource> = fc.record({
  resource: optional(fc.oneof(struct, kubernetesObject)),
  connectionDetails: map(bytes),
  ready: fc.constantFrom(0, 1, 2),
});

const state = fc.record({ composite: optional(resource), resources: map(resource) });

const resources: fc.Arbitrary<Resources> = fc.record({ items: fc.array(resource, { maxLength: 3 }) });

/** Any RunFunctionRequest. */
export const request: fc.Arbitrary<RunFunctionRequest> = fc.record({
  meta: optional(
    fc.record({
      tag: text,
      capabilities: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 6 }),
    }),
  ),
  observed: optional(state),
  desired: optional(state),
  input: optional(struct),
  context: optional(struct),
  extraResources: map(resources),
  credentials: map(fc.record({ credentialData: optional(fc.record({ data: map(bytes) })) })),
  requiredResources: map(resources),
  requiredSchemas: map(fc.record({ openapiV3: optional(struct) })),
});

const selector = fc.record({
  apiVersion: text,
  kind: text,
  matchName: optional(text),
  matchLabels: optional(fc.record({ labels: map(text) })),
  namespace: optional(text),
});

const target = optional(fc.constantFrom(0, 1, 2));

/** Any RunFunctionResponse. */
export const response: fc.Arbitrary<RunFunctionResponse> = fc.record({
  meta: optional(
    fc.record({
      tag: text,
      ttl: optional(fc.record({ seconds: fc.maxSafeNat(), nanos: fc.nat(999_999_999) })),
    }),
  ),
  desired: optional(state),
  results: fc.array(
    fc.record({ severity: fc.constantFrom(0, 1, 2, 3), message: text, reason: optional(text), target }),
    { maxLength: 3 },
  ),
  context: optional(struct),
  requirements: optional(
    fc.record({
      extraResources: map(selector),
      resources: map(selector),
      schemas: map(fc.record({ apiVersion: text, kind: text })),
    }),
  ),
  conditions: fc.array(
    fc.record({
      type: text,
      status: fc.constantFrom(0, 1, 2, 3),
      reason: text,
      message: optional(text),
      target,
    }),
    { maxLength: 3 },
  ),
  output: optional(struct),
});
