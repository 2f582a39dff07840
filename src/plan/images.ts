import type { AnyServerType } from '../servers/server-type.ts';
import type { Settings } from './settings.ts';

/** The image of an Instance: from its spec, from the platform's settings, or the default of the type. */
export const serverImage = (wanted: string | undefined, type: AnyServerType, settings: Settings): string =>
  wanted ?? platformImage(type, settings) ?? `${type.image.repository}:${type.image.tag}`;

/** Whether the platform lets a tenant run this image as a server of the type. */
export const imageAllowed = (image: string, type: AnyServerType, settings: Settings): boolean => {
  const listed = Object.hasOwn(settings.allowedImages, type.name)
    ? settings.allowedImages[type.name]
    : undefined;
  const patterns = listed ?? [repository(platformImage(type, settings) ?? type.image.repository)];
  return patterns.some((pattern) => covers(pattern, canonical(image)));
};

const platformImage = (type: AnyServerType, { images }: Settings): string | undefined =>
  Object.hasOwn(images.servers, type.name) ? images.servers[type.name] : undefined;

const covers = (pattern: string, image: string): boolean =>
  pattern.endsWith('/*')
    ? image.startsWith(prefixOf(pattern))
    : [image, repository(image)].includes(canonical(pattern));

/** The prefix of all images that match a pattern ending in `/*`. */
const prefixOf = (pattern: string): string =>
  canonical(pattern.replace(/\*$/, anyImage)).slice(0, -anyImage.length);
const anyImage = 'any/image';

/** An image without its tag and digest. */
const repository = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/** Expands the short names of Docker Hub images. */
const canonical = (image: string): string => {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const long = hasRegistry ? image.replace(/^index\.docker\.io\//, 'docker.io/') : `docker.io/${image}`;
  return long.replace(/^docker\.io\/([^/]+)$/, 'docker.io/library/$1');
};
