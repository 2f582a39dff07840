import { describeFailure, type Failure, internalProblem } from '../contract/failure.ts';
import type { Problem } from '../contract/reasons.ts';
import { fail, type Result } from '../contract/result.ts';
import type { AnyServerType, Place } from '../servers/server-type.ts';
import { completeSpec } from './complete-spec.ts';
import type { Pending } from './problem.ts';
import { reachOf } from './reach.ts';
import { type ReadSpec, readSpec } from './read-spec.ts';
import { type Supplies, suppliesOf } from './supplies.ts';
import type { SupplyContext } from './supply-context.ts';

/** The parsed spec of a Resource and what it needs, or why that is not available. */
export interface Judgement {
  /** Undefined if an internal error prevented it. */
  read?: ReadSpec;
  /** Undefined if the spec is invalid. */
  spec?: unknown;
  supplies: Result<Supplies, Problem>;
  /** Its destination, after the platform's rules were applied. */
  place?: Place;
  /** The internal error that its data caused, for the log. */
  failure?: Failure;
}

/** Parses the spec of a Resource and finds what it needs. Returns undefined while that has not been fetched. */
export const judgeResource = (
  type: AnyServerType,
  rawSpec: unknown,
  context: SupplyContext,
): Judgement | Pending => {
  try {
    return judge(type, rawSpec, context);
  } catch (error) {
    const failure = describeFailure(error);
    return { supplies: fail(internalProblem(failure)), failure };
  }
};

const judge = (type: AnyServerType, rawSpec: unknown, context: SupplyContext): Judgement | Pending => {
  const written = readSpec(type, rawSpec, context.namespace);
  if (!written.parsed.ok)
    return { read: written, supplies: fail({ reason: 'InvalidSpec', message: written.parsed.error }) };
  const complete = completeSpec(type, rawSpec, written, context);
  if (!complete) return undefined;
  const read = complete.ok ? complete.value : written;
  const spec = read.parsed.ok ? read.parsed.value : written.parsed.value;
  if (!complete.ok) return { read, spec, supplies: complete };
  const unsupported = type.unsupported(spec);
  if (unsupported) return { read, spec, supplies: fail(unsupported) };
  const destination = type.destination(spec);
  const reach = reachOf(destination, context);
  if (!reach.ok) return { read, spec, supplies: reach };
  const supplies = suppliesOf(type.needs(spec), context);
  return supplies && { read, spec, supplies, place: reach.value };
};
