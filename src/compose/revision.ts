import type { JsonObject } from '../contract/kube.ts';
import { stringAt } from '../contract/observed.ts';
import { readRevision } from '../contract/revision.ts';

/** The revision that the pods of an observed Deployment were created for. */
export const templateRevision = (
  deployment: JsonObject | undefined,
  annotation: string,
): number | undefined =>
  readRevision(stringAt(deployment, 'spec', 'template', 'metadata', 'annotations', annotation));

/** The highest revision that is valid without confirmation. Normal changes never reach it. */
const unconfirmed = 1e15;

/**
 * Maximum distance between two objects that confirm each other. Each reconcile that applies only one of them adds one.
 */
const apart = 1e8;

/**
 * Whether a known revision is valid. A very high revision was written by a person, and must not stop the counter. Above
 * the limit, a revision is valid only if a second object confirms it, for example after 1e15 was written to one object.
 */
const counts = (revision: number, known: readonly number[]): boolean =>
  revision <= unconfirmed ||
  (revision <= 2 * unconfirmed && known.filter((other) => Math.abs(other - revision) <= apart).length > 1);

/** A revision of the configuration or of the credentials. */
export interface Revision {
  /** The revision to render. */
  readonly next: number;
  /** The highest revision that an object had or that the status of the composite reported. */
  readonly seen: number;
}

/**
 * Returns the revision of an object: the highest known revision, plus one if the content has changed. It only
 * increases, regardless of which objects have been applied before and what a person has written to one of them.
 * `reported` is the revision in the status of the composite. It continues the count when a person deletes the objects
 * or sets them back. The status gets the revision that was seen, not the next one: while an object cannot be applied,
 * each call then renders the same revision and the same status.
 */
export const nextRevision = (
  known: readonly (number | undefined)[],
  changed: boolean,
  reported?: number,
): Revision => {
  const revisions = [...known, reported].filter((revision) => revision !== undefined);
  const seen = Math.max(0, ...revisions.filter((revision) => counts(revision, revisions)));
  return { seen, next: changed ? seen + 1 : seen };
};

/** Whether an observed object lacks one of our data keys or has another value for it. Other keys are ignored. */
export const dataDiffers = (
  observed: JsonObject | undefined,
  data: Readonly<Record<string, string>>,
): boolean => Object.entries(data).some(([key, value]) => stringAt(observed, 'data', key) !== value);
