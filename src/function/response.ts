import {
  type Condition as ProtoCondition,
  type Result as ProtoResult,
  Ready,
  type Resource,
  type RunFunctionRequest,
  type RunFunctionResponse,
  Severity,
  Status,
  Target,
} from '@crossplane-org/function-sdk-typescript';
import type { Condition } from '../compose/conditions.ts';
import type { Failure } from '../contract/failure.ts';
import type { JsonObject, RenderedObject } from '../contract/kube.ts';
import { isObject } from '../contract/observed.ts';
import type { Ledger } from './ledger.ts';
import { refusalCondition } from './refusal.ts';

/** What a call decides about its composite. */
export interface Outcome {
  objects: Record<string, { object: RenderedObject; ready: boolean }>;
  status: JsonObject;
  conditions: readonly Condition[];
  /** Whether the composite is ready. Always explicit. */
  ready: boolean;
  /** Sentences that become events on the composite and its claim. */
  warnings: readonly string[];
  /** Internal errors that single Resources caused, for the log. */
  failures: readonly ResourceFailure[];
  /** Seconds. */
  ttl: number;
}

/** An internal error that one Resource caused, with the name that the tenant gave it. */
export interface ResourceFailure extends Failure {
  name: string;
}

/** The response while an object has not been fetched: requirements, and the desired state of earlier functions. */
export const requireMore = (request: RunFunctionRequest, ledger: Ledger): RunFunctionResponse => ({
  meta: { tag: request.meta?.tag ?? '', ttl: { seconds: 60, nanos: 0 } },
  desired: { composite: request.desired?.composite, resources: { ...request.desired?.resources } },
  results: [],
  conditions: [],
  context: request.context,
  requirements: { extraResources: {}, schemas: {}, resources: ledger.requirements() },
});

/** The complete response. It keeps the desired state of earlier functions in the pipeline. */
export const respond = (
  request: RunFunctionRequest,
  ledger: Ledger,
  outcome: Outcome,
): RunFunctionResponse => {
  const response = requireMore(request, ledger);
  const resources: Record<string, Resource> = { ...request.desired?.resources };
  for (const [key, { object, ready }] of Object.entries(outcome.objects)) {
    resources[key] = { resource: object, connectionDetails: {}, ready: readiness(ready) };
  }
  const desired = request.desired?.composite?.resource;
  const status = isObject(desired?.['status']) ? desired['status'] : {};
  return {
    ...response,
    meta: { tag: request.meta?.tag ?? '', ttl: { seconds: outcome.ttl, nanos: 0 } },
    desired: {
      composite: {
        resource: { ...desired, status: { ...status, ...outcome.status } },
        connectionDetails: { ...request.desired?.composite?.connectionDetails },
        ready: readiness(outcome.ready),
      },
      resources,
    },
    results: outcome.warnings.map((message) => result(Severity.SEVERITY_WARNING, message)),
    conditions: outcome.conditions.map(toProto),
  };
};

/**
 * Ends the call without changing any existing object. A fatal result does not reach the claim, so a condition and a
 * warning repeat it. The warning must come first, or Crossplane drops it.
 */
export const fatal = (
  request: RunFunctionRequest,
  ledger: Ledger,
  { reason, message }: { reason: string; message: string },
): RunFunctionResponse => ({
  ...requireMore(request, ledger),
  results: [result(Severity.SEVERITY_WARNING, message), result(Severity.SEVERITY_FATAL, message)],
  conditions: [toProto({ type: refusalCondition(request), status: 'False', reason, message })],
});

const readiness = (ready: boolean): Ready => (ready ? Ready.READY_TRUE : Ready.READY_FALSE);

const result = (severity: Severity, message: string): ProtoResult => ({
  severity,
  message,
  target: Target.TARGET_COMPOSITE_AND_CLAIM,
});

const statuses = {
  True: Status.STATUS_CONDITION_TRUE,
  False: Status.STATUS_CONDITION_FALSE,
  Unknown: Status.STATUS_CONDITION_UNKNOWN,
} as const;

const toProto = ({ type, status, reason, message }: Condition): ProtoCondition => ({
  type,
  status: statuses[status],
  reason,
  message,
  target: Target.TARGET_COMPOSITE_AND_CLAIM,
});
