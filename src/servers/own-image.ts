import manifest from '../../package.json' with { type: 'json' };

/** Images that are built in this repository, in addition to the image of the function. */
export type OwnImage = keyof typeof manifest.config.images;

/**
 * The repository and tag of an image that this project publishes, from package.json. Its version is separate, so that
 * a release of the function restarts no pod if the image is unchanged.
 */
export const ownImage = (name: OwnImage): { repository: string; tag: string } => ({
  repository: `${manifest.config.registry}/tas/${name}`,
  tag: `v${manifest.config.images[name]}`,
});
