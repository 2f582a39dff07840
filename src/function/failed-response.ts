import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import type { Failure } from '../contract/failure.ts';
import { refusalCondition } from './refusal.ts';

const SEVERITY_FATAL = 1;
const SEVERITY_WARNING = 2;
const STATUS_FALSE = 3;
const COMPOSITE_AND_CLAIM = 2;

/**
 * The response to a request that caused an internal error. It is fatal, so that Crossplane changes nothing. The warning
 * comes first, because Crossplane drops results after a fatal one.
 */
export function failedResponse(request: RunFunctionRequest, { id }: Failure): RunFunctionResponse {
  const message = `Internal error ${id}: nothing was changed. The function's log contains the details under this ID.`;
  const reason = 'InternalError';
  const target = COMPOSITE_AND_CLAIM;
  return {
    meta: { tag: request.meta?.tag ?? '', ttl: { seconds: 60, nanos: 0 } },
    desired: request.desired,
    results: [
      { severity: SEVERITY_WARNING, message, reason, target },
      { severity: SEVERITY_FATAL, message, reason, target },
    ],
    context: request.context,
    requirements: undefined,
    conditions: [{ type: refusalCondition(request), status: STATUS_FALSE, reason, message, target }],
    output: undefined,
  };
}
