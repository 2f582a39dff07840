import type { JsonObject } from '../contract/kube.ts';
import { stringAt } from '../contract/observed.ts';
import { readRevision } from '../contract/revision.ts';

/** The revision that the pods of an observed Deployment were made for. */
export const templateRevision = (
  deployment: JsonObject | undefined,
  annotation: string,
): number | undefined =>
  readRevision(stringAt(deployment, 'spec', 'template', 'metadata', 'annotations', annotation));

/** The highest revision that counts by itself: no number of changes leads there. */
const unconfirmed = 1e15;

/** How far apart two objects may be to confirm each other: reconciles that applied only one of them added one each. */
const apart = 1e8;

/**
 * Whether a known revision counts. One that is absurdly high was written by a person, and must not be the end of the
 * counting. Above the limit a revision counts where a second object confirms it, as after 1e15 was written on one.
 */
const counts = (revision: number, known: readonly number[]): boolean =>
  revision <= unconfirmed ||
  (revision <= 2 * unconfirmed && known.filter((other) => Math.abs(other - revision) <= apart).length > 1);

/**
 * The revision of an object whose content may have changed: the highest that is known, plus one if the content has
 * changed. It only grows, although any subset of the objects may have been applied before, and whatever somebody has
 * written on one of them.
 */
export const nextRevision = (known: readonly (number | undefined)[], changed: boolean): number => {
  const revisions = known.filter((revision) => revision !== undefined);
  return Math.max(0, ...revisions.filter((revision) => counts(revision, revisions))) + (changed ? 1 : 0);
};

/** Whether an observed object lacks one of our data keys or holds another value. Foreign keys do not count. */
export const dataDiffers = (
  observed: JsonObject | undefined,
  data: Readonly<Record<string, string>>,
): boolean => Object.entries(data).some(([key, value]) => stringAt(observed, 'data', key) !== value);
