import type { InstanceExplanation } from './explanation.ts';
import { isAbout, type Problem } from './problems.ts';

type Facts = Pick<InstanceExplanation, 'phase' | 'selected' | 'conditions' | 'replicas' | 'fatal'>;

/** The state that an Instance will have, as a sentence without a full stop. */
export const outlookOf = (
  { phase = 'Pending', selected, conditions, replicas, fatal }: Facts,
  problems: readonly Problem[],
): string => {
  if (problems.some(({ reason }) => reason === 'Invalid'))
    return 'not rendered, because the API server refuses the Instance';
  if (fatal) return `not rendered (${fatal.reason})`;
  const rendered = conditions.find(({ type }) => type === 'ConfigRendered');
  const idle = rendered?.status === 'False' ? idleReasons[rendered.reason] : undefined;
  if (idle !== undefined) return `Pending: ${idle}, so no pod runs`;
  const unusable = selected.filter(({ usable }) => !usable).length;
  const failing = selected.filter(
    ({ usable, phase: reported = '' }) => usable && ['Failed', 'Degraded'].includes(reported),
  ).length;
  if (unusable === selected.length) return 'Pending: no Resource can be used, so no pod runs';
  if (replicas?.rendered === 0) return 'Pending: replicas is 0, so no pod runs';
  const causes = [
    ...(unusable > 0 ? [`${unusable} of ${resources(selected.length)} cannot be used`] : []),
    ...(failing > 0
      ? [`the probe reports that ${failing} of ${resources(selected.length)} do not work`]
      : []),
  ];
  if (causes.length > 0) return `${unusable > 0 ? 'Degraded' : phase}: ${causes.join(', and ')}`;
  return `${phase} when its pods are ready`;
};

/** Reasons of ConfigRendered=False for an Instance that has no pods. */
const idleReasons: Readonly<Record<string, string>> = {
  NothingSelected: 'no Resource is selected',
  NothingUsable: 'no Resource can be used',
  TokenMissing: 'the bearer token is missing',
};

const resources = (count: number): string => `${count} ${count === 1 ? 'Resource' : 'Resources'}`;

/** Marks the Resources that the API server refuses as not usable, and those from which it drops fields. */
export const withProblems = <T extends InstanceExplanation['selected'][number]>(
  resource: T,
  xr: Parameters<typeof isAbout>[1],
  problems: readonly Problem[],
): T => {
  const own = problems.filter((problem) => isAbout(problem, xr));
  const invalid = own.filter(({ reason }) => reason === 'Invalid');
  if (invalid.length > 0 && resource.usable) {
    return {
      ...resource,
      usable: false,
      reason: 'RefusedByAPIServer',
      message: invalid.map(({ field, message }) => `${field}: ${message}`).join(' '),
    };
  }
  return own.length > 0 && resource.usable && resource.reason === undefined
    ? { ...resource, reason: 'UnknownField' }
    : resource;
};
