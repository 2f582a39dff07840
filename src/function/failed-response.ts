import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import type { Failure } from '../contract/failure.ts';
import { refusalCondition, refusalConditionOf } from './refusal.ts';

const SEVERITY_FATAL = 1;
const SEVERITY_WARNING = 2;
const STATUS_FALSE = 3;
const COMPOSITE_AND_CLAIM = 2;

/** The answer to a request that met a bug: fatal, so that Crossplane changes nothing. */
export function failedResponse(request: RunFunctionRequest, { id }: Failure): RunFunctionResponse {
  const message = `Internal error ${id}: nothing was changed; the function's log has more under this number`;
  const type = refusalCondition(request);
  const { desired, context } = request;
  return { ...fatalResponse(request.meta?.tag ?? '', type, 'InternalError', message), desired, context };
}

/** The answer to a call that was ended because it cost too much, of which only tag and kind have been read. */
export const endedResponse = (
  { tag, kind }: { tag: string; kind: string },
  message: string,
): RunFunctionResponse => fatalResponse(tag, refusalConditionOf(kind), 'TooCostly', message);

/** The warning comes first, as Crossplane drops what follows a fatal result. */
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
