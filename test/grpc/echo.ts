import type { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import type { Handler } from '../../src/grpc/handler.ts';

/** Answers with what it was asked: the composite becomes desired, and the input the output. */
export const echo: Handler = (request): RunFunctionResponse => ({
  meta: { tag: request.meta?.tag ?? '', ttl: undefined },
  desired: { composite: request.observed?.composite, resources: {} },
  results: [{ severity: 3, message: `input ${JSON.stringify(request.input ?? null).length}` }],
  context: undefined,
  requirements: undefined,
  conditions: [],
  output: request.input,
});
