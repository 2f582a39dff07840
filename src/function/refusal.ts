import type { RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { stringAt } from '../contract/observed.ts';
import { xrKind } from '../plan/subject.ts';
import { serverTypes } from '../servers/registry.ts';

/** Kinds of Resources in both flavours. */
const resourceKinds: ReadonlySet<string> = new Set(
  serverTypes.flatMap(({ resource: { kind } }) => [kind, xrKind(kind, 'claims')]),
);

/** The condition that reports that nothing was changed. A Resource has no configuration to render. */
export const refusalCondition = ({
  observed,
}: Pick<RunFunctionRequest, 'observed'>): 'Accepted' | 'ConfigRendered' =>
  resourceKinds.has(stringAt(observed?.composite?.resource, 'kind') ?? '') ? 'Accepted' : 'ConfigRendered';
