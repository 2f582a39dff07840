import type { ConfigMap } from 'kubernetes-types/core/v1.d.ts';
import type { Rendered } from '../../contract/kube.ts';
import { objectNames } from '../../contract/names.ts';
import { stringAt } from '../../contract/observed.ts';
import { type Target, type TargetsFile, targetsKey } from '../../contract/targets.ts';
import { rangesOf } from '../../plan/reach.ts';
import type { PlannedResource } from '../../plan/resources.ts';
import { xrKind } from '../../plan/subject.ts';
import { seconds } from '../../schema/fields.ts';
import type { ComposeInput } from '../input.ts';
import { metadata } from '../labels.ts';

/** Maximum number of Resources that a probe reports on. Resources above this number are not served either. */
const maxTargets = 1000;

/** What the probe of an Instance checks, and where it reports the result. */
export const targetsOf = ({ subject, plan, settings }: ComposeInput): TargetsFile => {
  const { type, flavour, namespace, name } = subject;
  const interval = plan.common.probe.interval;
  const ranges = rangesOf(settings);
  return {
    instance: name,
    namespace,
    api: {
      group: type.group,
      version: type.version,
      kind: xrKind(type.resource.kind, flavour),
      plural: flavour === 'claims' ? `x${type.resource.plural}` : type.resource.plural,
      namespaced: flavour === 'namespaced',
    },
    interval: interval === undefined ? settings.probe.interval : seconds(interval),
    ...(Object.keys(ranges).length > 0 && { ranges }),
    targets: plan.resources.slice(0, maxTargets).sort(byName).map(targetOf),
  };
};

const byName = (a: PlannedResource, b: PlannedResource): number => (a.name < b.name ? -1 : 1);

const targetOf = ({ name, xr, specHash, problem, check }: PlannedResource): Target => ({
  name,
  xr: stringAt(xr, 'metadata', 'name') ?? '',
  specHash: specHash ?? '',
  ...(problem && { problem: { reason: problem.reason, message: problem.message } }),
  ...(check && { check }),
});

/** The ConfigMap that the probe reads its targets from. */
export const probeTargets = (input: ComposeInput, targets: TargetsFile): Rendered<ConfigMap> => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(input, objectNames(input.subject.name).probe, 'probe'),
  data: { [targetsKey]: JSON.stringify(targets) },
});
