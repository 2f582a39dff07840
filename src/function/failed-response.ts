import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import type { Failure } from '../contract/failure.ts';
import { refusalCondition, refusalConditionOf } from './refusal.ts';

const SEVERITY_FATAL = 1;
const SEVERITY_WARNING = 2;
const STATUS_FALSE = 3;
const COMPOSITE_AND_CLAIM = 2;

/** The response to a request that caused an internal error. It is fatal, so that Crossplane changes nothing. */
export function failedResponse(request: RunFunctionRequest, { id }: Failure): RunFunctionResponse {
  const message = `Internal error ${id}: nothing was changed. The function's log contains the details under this ID.`;
  const type = refusalCondition(request);
  const { desired, context } = request;
  return { ...fatalResponse(request.meta?.tag ?? '', type, 'InternalError', message), desired, context };
}

/** The response to a call that was ended because it cost too much. Only the tag and the kind of its request are known. */
export const endedResponse = (
  { tag, kind }: { tag: string; kind: string },
  message: string,
): RunFunctionResponse => fatalResponse(tag, refusalConditionOf(kind), 'TooCostly', message);

/** The warning comes first, because Crossplane drops results after a fatal one. */
const fatalResponse = (tag: string, type: string, reason: string, message: string): RunFunctionResponse => {
  const target = COMPOSITE_AND_CLAIM;
  return {
    meta: { tag, ttl: { seconds: 60, nanos: 0 } },
    desired: undefined,
    results: [
      { severity: SEVERITY_WARNING, message, reason, target },
      { severity: SEVERITY_FATAL, message, reason, target },
    ],
    context: undefined,
    requirements: undefined,
    conditions: [{ type, status: STATUS_FALSE, reason, message, target }],
    output: undefined,
  };
};
