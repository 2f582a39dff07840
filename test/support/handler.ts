import { type RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { runFunction } from '../../src/function/run-function.ts';
import { encodeResponse } from '../../src/grpc/wire/response.ts';
import type { RunFunction } from '../../src/simulate/reconcile.ts';

/** The time of every call, unless a test says otherwise. */
export const NOW = Date.parse('2026-03-02T10:03:00Z');

export const release = {
  version: '1.2.3',
  rendererImage: 'registry.example/function-mcp:1.0.0',
} as const;

const freeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value))
    return;
  Object.freeze(value);
  for (const child of Object.values(value)) freeze(child);
};

/**
 * The function as the edge calls it: on a request that may not be mutated, and with an answer that has been
 * over the wire.
 */
export const handler =
  ({ now = NOW, version = release.version }: { now?: number; version?: string } = {}): RunFunction =>
  (request: RunFunctionRequest) => {
    freeze(request);
    const response = runFunction(request, { release: { ...release, version }, now });
    return RunFunctionResponse.decode(encodeResponse(response));
  };

export const run = handler();
