import { keys } from '../compose/input.ts';
import type { ExternalSecretInput } from '../compose/objects/external-secret.ts';
import { findForeign } from '../compose/ownership.ts';
import { isApplied } from '../compose/rendered.ts';
import { composeResource, isFetched, resourceConditions } from '../compose/resource.ts';
import { ttlOf } from '../compose/ttl.ts';
import { describeFailure, type Failure, internalProblem } from '../contract/failure.ts';
import { specHash } from '../contract/hash.ts';
import type { Problem } from '../contract/reasons.ts';
import { type ReportedStatus, reportedStatusOf } from '../contract/reported-status.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { judgeResource } from '../plan/judge.ts';
import type { CommonResourceSpec } from '../schema/resource.ts';
import type { Call, Refused } from './call.ts';
import type { Outcome } from './response.ts';

/**
 * Judges a Resource. It does not require its Instances: that would make each watch the other and cause N² reconciles.
 * Fields that the probe writes are never returned, because that would revert them.
 */
export const runResource = (call: Call): Result<Outcome, Refused> | undefined => {
  const { subject, settings, observed, cluster, now } = call;
  const judged = judgeResource(subject.type, subject.spec, {
    namespace: subject.namespace,
    settings,
    cluster,
  });
  const wanted = judged && externalSecretOf(call, judged.spec as CommonResourceSpec | undefined);
  const objects = composeResource(wanted);
  const standing = findForeign(subject, objects, observed, cluster);
  if (!judged || !standing) return undefined;
  if (standing.foreign) return fail(standing.foreign);

  const read = readStatus(call, judged.spec);
  const { reported } = read;
  const failure = judged.failure ?? read.failure;
  const problem = failure ? internalProblem(failure) : judged.supplies.ok ? undefined : judged.supplies.error;
  const composed = Object.fromEntries(
    Object.entries(objects).map(([key, object]) => [key, { object, ready: isFetched(observed[key]) }]),
  );
  const applied = Object.entries(objects).every(([key, object]) => isApplied(object, observed[key]));
  return ok({
    objects: composed,
    status: {},
    conditions: resourceConditions(
      problem,
      judged.spec !== undefined && needsSecret(call, judged.spec),
      reported,
    ),
    ready: !problem && reported.phase === 'Connected' && Object.values(composed).every(({ ready }) => ready),
    warnings: warningsOf(problem, Boolean(wanted) && !(keys.externalSecret in objects)),
    failures: failure ? [{ name: subject.name, ...failure }] : [],
    ttl: ttlOf(
      { xr: subject.xr, applied, validUntil: reported.validUntil === undefined ? [] : [reported.validUntil] },
      settings,
      now,
    ),
  });
};

/** Reads the status of the Resource, which its probe or its tenant has written. */
const readStatus = (
  { subject, now }: Call,
  spec: unknown,
): { reported: ReportedStatus; failure?: Failure } => {
  try {
    return {
      reported: reportedStatusOf(subject.xr, spec === undefined ? undefined : specHash(spec), now),
    };
  } catch (error) {
    return { reported: { phase: 'Pending' }, failure: describeFailure(error) };
  }
};

const needsSecret = ({ subject }: Call, spec: unknown): boolean =>
  subject.type.needs(spec).credentials !== undefined;

/**
 * Input for the ExternalSecret, if the spec requests one in the Resource's namespace. If the spec is invalid, an
 * existing ExternalSecret stays unchanged, because its Secret would be deleted with it.
 */
const externalSecretOf = (
  { subject, settings, observed, release }: Call,
  spec: CommonResourceSpec | undefined,
): ExternalSecretInput | undefined => {
  const existing = observed[keys.externalSecret];
  const common = { subject, settings, release, observed: existing };
  if (spec === undefined) return existing && common;
  const credentials = subject.type.needs(spec).credentials;
  const own = credentials && (credentials.namespace ?? subject.namespace) === subject.namespace;
  if (!spec.externalSecret?.enabled || !own) return undefined;
  const { refreshInterval } = spec.externalSecret;
  return { ...common, wanted: { target: credentials.name, refreshInterval } };
};

const warningsOf = (problem: Problem | undefined, refused: boolean): string[] => [
  ...(problem ? [`${problem.reason}: ${problem.message}`] : []),
  ...(refused
    ? [
        'externalSecret: the platform has not enabled External Secrets. An administrator must set compose.externalSecrets and externalSecrets in the EnvironmentConfig "function-mcp".',
      ]
    : []),
];
