import { instanceConditions } from '../compose/conditions.ts';
import { type ComposeInput, keys } from '../compose/input.ts';
import { composeInstance } from '../compose/instance.ts';
import { findForeign } from '../compose/ownership.ts';
import { isReady, rolloutOf } from '../compose/readiness.ts';
import { isApplied } from '../compose/rendered.ts';
import { entriesOf, instanceStatus } from '../compose/status.ts';
import { ttlOf } from '../compose/ttl.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { planInstance, readInstance } from '../plan/instance.ts';
import { failed, type PlannedResource } from '../plan/resources.ts';
import type { Call, Refused } from './call.ts';
import { isolated } from './isolate.ts';
import type { Outcome } from './response.ts';

/**
 * Plans and composes an Instance. Returns undefined while an object has not been fetched, after all of them are
 * required.
 */
export const runInstance = (call: Call): Result<Outcome, Refused> | undefined => {
  const { subject, settings, cluster } = call;
  const spec = readInstance(subject, settings);
  if (!spec.ok) return spec;
  const plan = planInstance(subject, spec.value, cluster, settings);
  const { policy } = spec.value;
  const { made, resources } = isolated(
    plan?.resources ?? [],
    (planned) => decide(call, { ...spec.value, ...plan, resources: planned }),
    (resource, failure) => failed(resource, failure, { type: subject.type, policy }),
  );
  if (!plan || !made?.ok) return plan && made;
  return ok({ ...made.value, failures: failuresOf(resources) });
};

const failuresOf = (resources: readonly PlannedResource[]): Outcome['failures'] =>
  resources.flatMap(({ name, failure }) => (failure ? [{ name, ...failure }] : []));

/** Decides on a plan. Returns undefined while an object has not been fetched. */
const decide = (call: Call, plan: ComposeInput['plan']): Result<Outcome, Refused> | undefined => {
  const { subject, settings, observed, cluster, release, now } = call;
  const input: ComposeInput = { subject, settings, observed, release, plan };
  const draft = composeInstance(input);
  const standing = findForeign(subject, draft.objects, observed, cluster);
  if (!standing) return undefined;
  const { foreign, takenOver } = standing;
  if (foreign) return fail(foreign);

  const composition = Object.keys(takenOver).length > 0 ? composeInstance({ ...input, takenOver }) : draft;
  const { content } = composition;
  const rollout = rolloutOf(observed[keys.deployment]);
  const entries = entriesOf(input, now);
  const objects = Object.fromEntries(
    Object.entries(composition.objects).map(([key, object]) => {
      const applied = isApplied(object, observed[key]);
      return [key, { object, applied, ready: isReady(key, rollout, applied) }];
    }),
  );
  const all = Object.values(objects);
  return ok({
    objects,
    status: instanceStatus(input, content, entries, rollout),
    conditions: instanceConditions(input, composition, entries),
    ready: all.every(({ ready }) => ready),
    warnings: warningsOf(plan, content.idle),
    failures: [],
    ttl: ttlOf(
      {
        xr: subject.xr,
        configHash: content.configHash,
        applied: all.every(({ applied }) => applied),
        validUntil: entries.flatMap(({ reported }) => reported.validUntil ?? []),
      },
      settings,
      now,
    ),
  });
};

/** Maximum number of unusable Resources in one warning. */
const mostNamed = 5;

const warningsOf = (plan: ComposeInput['plan'], idle: { message: string } | undefined): string[] => {
  const unusable = plan.resources.flatMap(({ name, problem }) =>
    problem ? [`${name}: ${problem.reason}: ${problem.message}`] : [],
  );
  const more = unusable.length > mostNamed ? ` And ${unusable.length - mostNamed} more.` : '';
  const token =
    plan.token && !plan.token.ok && !idle ? [`${plan.token.error} The last known token remains valid.`] : [];
  return [
    ...(idle ? [idle.message] : []),
    ...(unusable.length > 0
      ? [
          `${unusable.length} of ${plan.resources.length} selected Resources are not usable. ${unusable.slice(0, mostNamed).join(' ')}${more}`,
        ]
      : []),
    ...token,
  ];
};
