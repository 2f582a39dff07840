import type { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { keys } from '../compose/input.ts';
import { describeFailure, type Failure } from '../contract/failure.ts';
import type { JsonObject } from '../contract/kube.ts';
import { numberAt, objectAt, stringAt } from '../contract/observed.ts';
import { type Context, runFunction } from '../function/run-function.ts';
import { lostLabel } from '../plan/select.ts';
import { type Subject, subjectOf } from '../plan/subject.ts';
import { settingsName } from '../schema/settings.ts';
import type { AnyServerType } from '../servers/server-type.ts';
import { objectsOf, reconcile, type World } from '../simulate/reconcile.ts';
import type { KubeObject } from '../simulate/server-fields.ts';
import { changesOf } from './changes.ts';
import type { DescribedCluster } from './described-cluster.ts';
import type { Explanation, InstanceExplanation } from './explanation.ts';
import { outlookOf, withProblems } from './outlook.ts';
import { composedOf, environmentOf, type Planned, planOf } from './plan.ts';
import { isAbout } from './problems.ts';
import { describeResource } from './selected.ts';
import { notSelected } from './selection.ts';

/** Explains the Instances that the files describe. */
export const explain = async (
  described: DescribedCluster,
  types: readonly AnyServerType[],
  context: Context,
): Promise<Explanation> => {
  const instances = await Promise.all(
    described.instances.map((instance) =>
      explainInstance(instance, described, types, context).catch((error: unknown) =>
        failedInstance(instance, describeFailure(error)),
      ),
    ),
  );
  const { errors, problems, notes } = described;
  const usable = instances.every((instance) => instance.usable) && errors.length + problems.length === 0;
  return { usable, errors, problems, instances, notes };
};

/** An Instance whose explanation failed on a bug. The others are explained. */
const failedInstance = (instance: JsonObject, { id, error, stack }: Failure): InstanceExplanation => ({
  kind: stringAt(instance, 'kind') ?? '',
  name: stringAt(instance, 'metadata', 'name') ?? '',
  namespace: stringAt(instance, 'metadata', 'namespace') ?? '',
  usable: false,
  fatal: {
    reason: 'InternalError',
    message: `Internal error ${id}: report it as ${error} ${stack[0] ?? ''}`.trim(),
  },
  outlook: 'not rendered (InternalError)',
  server: '',
  selected: [],
  notSelected: [],
  notes: [],
  conditions: [],
  configFile: '',
  objects: [],
});

/** Explains one Instance. */
const explainInstance = async (
  instance: JsonObject,
  described: DescribedCluster,
  types: readonly AnyServerType[],
  context: Context,
): Promise<InstanceExplanation> => {
  const found = subjectOf(instance, types);
  const subject = found.ok ? found.value : undefined;
  const type = types.find(({ group, version }) => `${group}/${version}` === instance['apiVersion']);
  const observed = subject ? composedOf(subject, described.objects) : {};
  const world: World = {
    composite: instance as KubeObject,
    objects: described.objects as KubeObject[],
    observed: observed as Record<string, KubeObject>,
    required: {},
    input: described.input,
  };
  const failures = new Map<string, Failure>();
  const run = (request: RunFunctionRequest) =>
    runFunction(request, {
      ...context,
      types,
      report: (all) => {
        for (const failure of all) failures.set(failure.name, failure);
      },
    });
  const { response, world: applied } = await reconcile(run, world);
  const settled = await reconcile(run, applied);
  const fatal = fatalOf(response);
  const conditions = conditionsOf(response);
  const plan = subject && planOf(subject, described);
  const planned =
    subject && plan?.ok ? plannedBy(subject, plan.value, described, context, failures) : undefined;
  const wanted = plan?.ok ? plan.value.spec.common.replicas : 0;
  const problems = described.problems.filter((problem) => isAbout(problem, instance));
  const rendered = fatal
    ? { objects: [] }
    : renderedBy(response, settled.response, { observed, find: described.find, wanted });
  const { selected = [], ...about } = planned ?? { notSelected: [], notes: [] };
  return {
    kind: stringAt(instance, 'kind') ?? '',
    name: subject?.name ?? stringAt(instance, 'metadata', 'name') ?? '',
    namespace: subject?.namespace ?? stringAt(instance, 'metadata', 'namespace') ?? '',
    usable:
      !fatal &&
      problems.length === 0 &&
      isServing(conditions) &&
      planned !== undefined &&
      selected.every(({ usable }) => usable),
    outlook: outlookOf({ ...rendered, selected, conditions, ...(fatal && { fatal }) }, problems),
    ...(fatal && { fatal }),
    server: type?.name ?? '',
    selected,
    ...about,
    conditions,
    configFile: type?.configFile ?? '',
    ...rendered,
  };
};

/** The part of an explanation that comes from the plan, not from the response. */
const plannedBy = (
  subject: Subject,
  plan: Planned,
  described: DescribedCluster,
  { now }: Context,
  failures: Map<string, Failure>,
): Pick<InstanceExplanation, 'image' | 'transport' | 'selector' | 'selected' | 'notSelected' | 'notes'> => {
  const { spec, resources } = plan;
  const selected = resources.map((resource) =>
    withProblems(describeResource(resource, subject, now, failures), resource.xr, described.problems),
  );
  return {
    image: spec.image,
    transport: spec.common.transport,
    selector: spec.selection,
    selected: selected.sort((a, b) => (a.name < b.name ? -1 : 1)),
    notSelected: notSelected(subject, spec, described.objects, new Set(resources.map(({ xr }) => xr))),
    notes: [
      ...notesOf(subject, plan, described),
      ...[...failures].map(([name, { id, error, stack }]) =>
        `${name} met the internal error ${id}: report it as ${error} ${stack[0] ?? ''}`.trim(),
      ),
    ],
  };
};

/** The objects of a response that is not fatal, and the status that is `settled` after the rollout. */
const renderedBy = (
  response: RunFunctionResponse,
  settled: RunFunctionResponse,
  {
    observed,
    find,
    wanted,
  }: { observed: Record<string, JsonObject>; find: DescribedCluster['find']; wanted: number },
): Pick<InstanceExplanation, 'objects' | 'replicas' | 'endpoint' | 'phase'> => {
  const first = objectsOf(response);
  // Some objects are rendered only after the others exist.
  const rendered = { ...objectsOf(settled), ...first };
  const status = objectAt(settled.desired?.composite?.resource, 'status');
  const endpoint = stringAt(status, 'endpoint');
  const phase = stringAt(status, 'phase');
  return {
    replicas: { rendered: numberAt(rendered[keys.deployment], 'spec', 'replicas') ?? 0, wanted },
    ...(endpoint !== undefined && { endpoint }),
    ...(phase !== undefined && { phase }),
    objects: changesOf(rendered, observed, (object) => standingFor(object, find)),
  };
};

/** The existing object of the name of a rendered one. */
const standingFor = (object: JsonObject, find: DescribedCluster['find']): JsonObject | undefined => {
  const namespace = stringAt(object, 'metadata', 'namespace');
  return find({
    apiVersion: stringAt(object, 'apiVersion') ?? '',
    kind: stringAt(object, 'kind') ?? '',
    matchName: stringAt(object, 'metadata', 'name') ?? '',
    ...(namespace !== undefined && { namespace }),
  })[0];
};

const severityFatal = 1;

const fatalOf = ({ results, conditions }: RunFunctionResponse): InstanceExplanation['fatal'] => {
  const fatal = results.find(({ severity }) => severity === severityFatal);
  return fatal && { reason: conditions[0]?.reason ?? '', message: fatal.message };
};

/** Condition statuses by their number in the protocol of Crossplane. */
const statuses = ['Unknown', 'Unknown', 'True', 'False'];

const conditionsOf = ({ conditions }: RunFunctionResponse): InstanceExplanation['conditions'] =>
  conditions.map(({ type, status, reason, message = '' }) => ({
    type,
    status: statuses[status] ?? '',
    reason,
    message,
  }));

const isServing = (conditions: InstanceExplanation['conditions']): boolean =>
  conditions.some(({ type, status }) => type === 'ConfigRendered' && status === 'True');

/** Reasons that may not apply in the cluster, because the files may lack objects that it has. */
const unknownOffline = new Set(['SecretNotFound', 'NotGranted', 'CANotFound']);

const notesOf = (
  { flavour }: Subject,
  { spec, resources }: Planned,
  { find }: DescribedCluster,
): string[] => {
  const notes: string[] = [];
  if (resources.some(({ problem }) => problem && unknownOffline.has(problem.reason))) {
    notes.push(
      'Only the given files are read: a Secret or ConfigMap that exists only in the cluster is not known here. Add its file, or pass it with --observed.',
    );
  }
  const lost = flavour === 'namespaced' ? lostLabel(spec.selection) : undefined;
  if (lost !== undefined) {
    notes.push(
      `With claims, this Instance is refused: Crossplane drops the label ${lost} from claims. Use another label key.`,
    );
  }
  if (!environmentOf(find)) {
    notes.push(
      `The files contain no EnvironmentConfig "${settingsName}", so the defaults apply. Pass the one of the platform, such as platform.yaml.`,
    );
  }
  return notes;
};
