import type { ResourceSelector } from '@crossplane-org/function-sdk-typescript';
import { stringAt } from '../contract/observed.ts';

/** Finds objects as Crossplane does for a requirement. A selector without name and labels finds every object of its kind. */
export type Find<T> = (selector: ResourceSelector) => T[];

/** Indexes objects for {@link Find}. Of two objects with the same identity, the last is used. */
export const indexObjects = <T extends object>(objects: Iterable<T>): Find<T> => {
  const kinds = new Map<string, Map<string, T>>();
  for (const object of objects) {
    const kind = `${stringAt(object, 'apiVersion')}/${stringAt(object, 'kind')}`;
    const ofKind = kinds.get(kind) ?? new Map<string, T>();
    kinds.set(kind, ofKind.set(nameOf(object), object));
  }
  return ({ apiVersion, kind, namespace, matchName, matchLabels }) => {
    const ofKind = kinds.get(`${apiVersion}/${kind}`) ?? new Map<string, T>();
    if (matchName !== undefined) {
      const object = ofKind.get(`${namespace ?? ''}/${matchName}`);
      return object ? [object] : [];
    }
    const labels = Object.entries(matchLabels?.labels ?? {});
    return [...ofKind]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object)
      .filter(
        (object) =>
          (!namespace || stringAt(object, 'metadata', 'namespace') === namespace) &&
          labels.every(([key, value]) => stringAt(object, 'metadata', 'labels', key) === value),
      );
  };
};

/** Finds in both. Of two objects with the same identity, the one in `above` is used. */
export const layered =
  <T extends object>(below: Find<T>, above: Find<T>): Find<T> =>
  (selector) => {
    const found = above(selector);
    if (found.length === 0) return below(selector);
    const names = new Set(found.map(nameOf));
    const rest = below(selector).filter((object) => !names.has(nameOf(object)));
    return [...found, ...rest].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  };

/** `namespace/name`. */
const nameOf = (object: object): string =>
  `${stringAt(object, 'metadata', 'namespace') ?? ''}/${stringAt(object, 'metadata', 'name')}`;
