import {
  Capability,
  type RunFunctionRequest,
  type RunFunctionResponse,
} from '@crossplane-org/function-sdk-typescript';
import type { Release } from '../contract/release.ts';
import type { ReadText, Selector } from '../contract/selector.ts';
import { resolveSettings } from '../plan/settings.ts';
import { subjectOf } from '../plan/subject.ts';
import { settingsName } from '../schema/settings.ts';
import { serverTypes } from '../servers/registry.ts';
import type { AnyServerType } from '../servers/server-type.ts';
import { runInstance } from './instance.ts';
import { openLedger } from './ledger.ts';
import { runResource } from './resource.ts';
import { fatal, type ResourceFailure, requireMore, respond } from './response.ts';

/** Inputs of a call in addition to its request. */
export interface Context {
  release: Release;
  /** Milliseconds since the epoch. Only for status, readiness and TTL, never for requirements or objects. */
  now: number;
  /** Receives the internal errors that single Resources caused. They do not end the call. */
  report?: (failures: readonly ReportedFailure[]) => void;
  /** How large texts are read. */
  read?: ReadText;
  /** The server types; by default those of the registry. */
  types?: readonly AnyServerType[];
}

/** An internal error that a Resource caused, with the kind and the namespace of the tenant's object. */
export interface ReportedFailure extends ResourceFailure {
  kind: string;
  namespace: string;
}

const settingsSelector: Selector = {
  apiVersion: 'apiextensions.crossplane.io/v1beta1',
  kind: 'EnvironmentConfig',
  name: settingsName,
};

/**
 * Composes one composite: a Resource or an Instance of a server type. Pure and synchronous.
 *
 * Requirements come first: everything that the ledger is asked for is required, and nothing is decided before all of it
 * has been fetched. A result is fatal only if continuing would delete or damage an object.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/proto/fn/v1/run_function.proto
 */
export const runFunction = (
  request: RunFunctionRequest,
  { release, now, report, read, types = serverTypes }: Context,
): RunFunctionResponse => {
  const ledger = openLedger(request);
  if (!request.meta?.capabilities.includes(Capability.CAPABILITY_REQUIRED_RESOURCES)) {
    return fatal(request, ledger, {
      reason: 'CrossplaneTooOld',
      message:
        'This version of Crossplane does not pass required resources to functions: function-mcp needs Crossplane 2.3 or later.',
    });
  }

  const subject = subjectOf(request.observed?.composite?.resource ?? {}, types);
  if (!subject.ok) return fatal(request, ledger, { reason: 'InvalidComposite', message: subject.error });

  const environment = ledger.find(settingsSelector);
  const settings = resolveSettings(request.input, environment?.[0] && (environment[0]['data'] ?? {}));
  if (!settings.ok) return fatal(request, ledger, { reason: 'InvalidSettings', message: settings.error });

  const run = subject.value.role === 'instance' ? runInstance : runResource;
  const outcome = run({
    subject: subject.value,
    settings: settings.value,
    observed: observedObjects(request),
    cluster: { find: ledger.find, ...(read && { read }) },
    release,
    now,
  });
  if (ledger.pending() || !outcome) return requireMore(request, ledger);
  if (outcome.ok && outcome.value.failures.length > 0) {
    const { namespace, type } = subject.value;
    const { kind } = type.resource;
    report?.(outcome.value.failures.map((failure) => ({ ...failure, kind, namespace })));
  }
  return outcome.ok ? respond(request, ledger, outcome.value) : fatal(request, ledger, outcome.error);
};

const observedObjects = ({ observed }: RunFunctionRequest) =>
  Object.fromEntries(
    Object.entries(observed?.resources ?? {}).flatMap(([key, { resource }]) =>
      resource ? [[key, resource]] : [],
    ),
  );
