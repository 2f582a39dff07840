import { shortHash } from '../contract/hash.ts';
import type { JsonObject, RenderedObject } from '../contract/kube.ts';
import { annotationKeys } from '../contract/names.ts';
import { stringAt } from '../contract/observed.ts';

/**
 * Marks an object with what was rendered, so that a later call sees whether it has been applied: a hash
 * of it, or for the Secret its revision, as no hash of a secret leaves it. Labels do not count: one of them
 * is this release's version, and a new release must not make every Instance unready for a moment.
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
