import manifest from '../../package.json' with { type: 'json' };

/** Images that are built here, beside the function's own. */
export type OwnImage = keyof typeof manifest.config.images;

/**
 * An image of ours, where package.json says that we publish, under a version of its own: a release of the function
 * that changes nothing of the image restarts no pod.
 */
export const ownImage = (name: OwnImage): { repository: string; tag: string } => ({
  repository: `${manifest.config.registry}/tas/${name}`,
  tag: `v${manifest.config.images[name]}`,
});
