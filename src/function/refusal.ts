import type { RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { stringAt } from '../contract/observed.ts';
import { xrKind } from '../plan/subject.ts';
import { serverTypes } from '../servers/registry.ts';

/** Kinds of Resources in both flavours. */
const resourceKinds: ReadonlySet<string> = new Set(
  serverTypes.flatMap(({ resource: { kind } }) => [kind, xrKind(kind, 'claims')]),
);

/** The condition that reports that nothing was changed. A Resource has no configuration to render. */
export const refusalConditionOf = (kind: string): 'Accepted' | 'ConfigRendered' =>
  resourceKinds.has(kind) ? 'Accepted' : 'ConfigRendered';

/** The same condition, for the composite of a request. */
export const refusalCondition = ({ observed }: Pick<RunFunctionRequest, 'observed'>) =>
  refusalConditionOf(stringAt(observed?.composite?.resource, 'kind') ?? '');
