import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';

/** Answers a request: pure code that throws only where it has a bug. */
export type Handler = (request: RunFunctionRequest) => RunFunctionResponse;
