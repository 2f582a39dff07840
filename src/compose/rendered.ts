import { shortHash } from '../contract/hash.ts';
import type { JsonObject, RenderedObject } from '../contract/kube.ts';
import { annotationKeys } from '../contract/names.ts';
import { stringAt } from '../contract/observed.ts';

/**
 * Adds an annotation that shows a later call whether the object has been applied: a hash of the object, or the revision
 * for a Secret, because a hash of a secret must not leave the Secret. Labels are not hashed: one of them is the version
 * of the release, and a new release must not make every Instance unready.
 */
export const mark = (object: RenderedObject, revision?: number): RenderedObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    annotations: {
      ...object.metadata.annotations,
      [annotationKeys.rendered]: revision === undefined ? hashOf(object) : `revision-${revision}`,
    },
  },
});

const hashOf = ({ metadata, ...object }: RenderedObject): string => {
  const { labels: _, ...rest } = metadata;
  return shortHash(JSON.stringify({ ...object, metadata: rest }));
};

/** Whether an observed object is the one that was rendered. */
export const isApplied = (object: RenderedObject, observed: JsonObject | undefined): boolean =>
  stringAt(observed, 'metadata', 'annotations', annotationKeys.rendered) ===
  object.metadata.annotations?.[annotationKeys.rendered];
