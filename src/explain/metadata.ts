import type { JsonObject } from '../contract/kube.ts';
import { isObject, stringAt } from '../contract/observed.ts';
import { namespaceName, objectName } from '../schema/fields.ts';
import type { Path } from './unknown-fields.ts';

/** A field that the API server refuses. The message says what is accepted, and repeats no value. */
export interface Refused {
  path: Path;
  message: string;
}

const subdomain = objectName('');
const label = namespaceName('');
const namePart = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const valueOfLabel = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const service = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Most bytes of all annotations of an object. */
const maxAnnotations = 256 * 1024;

const subdomainSentence =
  'The name must be a DNS-1123 subdomain: at most 253 lowercase letters, digits, "-" and ".", and each part between dots starts and ends with a letter or digit.';
const labelSentence =
  'must be a DNS-1123 label: at most 63 lowercase letters, digits and "-", and it starts and ends with a letter or digit.';

/** Kinds of RBAC take any name that can be a segment of a URL. */
const anyName = new Set(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);

/**
 * Names, namespaces, labels and annotations that the API server refuses, of an object of any kind. `strict` is false
 * for kinds whose names follow rules that are not known here.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export const refusedMetadata = (object: JsonObject, strict: boolean): Refused[] => {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const namespace = metadata['namespace'];
  return [
    ...refusedName(String(stringAt(object, 'kind')), String(stringAt(metadata, 'name')), strict),
    ...(namespace === undefined || namespace === '' || label.safeParse(namespace).success
      ? []
      : [{ path: ['metadata', 'namespace'], message: `The namespace ${labelSentence}` }]),
    ...refusedLabels(metadata['labels']),
    ...refusedAnnotations(metadata['annotations']),
  ];
};

const refusedName = (kind: string, name: string, strict: boolean): Refused[] => {
  const refuse = (message: string): Refused[] => [{ path: ['metadata', 'name'], message }];
  if (!strict || anyName.has(kind)) {
    return name === '.' || name === '..' || /[/%]/.test(name)
      ? refuse('The name must not be "." or "..", and must not contain "/" or "%".')
      : [];
  }
  if (kind === 'Namespace') return label.safeParse(name).success ? [] : refuse(`The name ${labelSentence}`);
  if (kind === 'Service' && !service.test(name)) {
    return refuse(
      'The name must be a DNS-1035 label: at most 63 lowercase letters, digits and "-", and it starts with a letter and ends with a letter or digit.',
    );
  }
  return subdomain.safeParse(name).success ? [] : refuse(subdomainSentence);
};

const refusedLabels = (labels: unknown): Refused[] => {
  const root = ['metadata', 'labels'];
  if (labels === undefined || labels === null) return [];
  if (!isObject(labels)) return [{ path: root, message: 'Labels must be a map of strings.' }];
  return Object.entries(labels).flatMap(([key, value]) => {
    const path = [...root, key];
    if (!isQualified(key)) return [{ path, message: keySentence('label') }];
    if (typeof value !== 'string')
      return [{ path, message: 'The value of a label must be a string: put it in quotes.' }];
    return valueOfLabel.test(value)
      ? []
      : [
          {
            path,
            message:
              'The value of a label must have at most 63 letters, digits, "-", "_" and ".", and must start and end with a letter or digit.',
          },
        ];
  });
};

const refusedAnnotations = (annotations: unknown): Refused[] => {
  const root = ['metadata', 'annotations'];
  if (annotations === undefined || annotations === null) return [];
  if (!isObject(annotations)) return [{ path: root, message: 'Annotations must be a map of strings.' }];
  const entries = Object.entries(annotations);
  const bytes = entries.reduce(
    (sum, [key, value]) =>
      sum + Buffer.byteLength(key) + (typeof value === 'string' ? Buffer.byteLength(value) : 0),
    0,
  );
  return [
    ...entries.flatMap(([key, value]) => {
      const path = [...root, key];
      if (!isQualified(key.toLowerCase())) return [{ path, message: keySentence('annotation') }];
      return typeof value === 'string'
        ? []
        : [{ path, message: 'The value of an annotation must be a string: put it in quotes.' }];
    }),
    ...(bytes > maxAnnotations
      ? [{ path: root, message: 'All annotations together must have at most 256 KiB.' }]
      : []),
  ];
};

/** `name` or `prefix/name`. */
const isQualified = (key: string): boolean => {
  const [first = '', second, ...rest] = key.split('/');
  if (rest.length > 0) return false;
  return second === undefined
    ? namePart.test(first)
    : subdomain.safeParse(first).success && namePart.test(second);
};

const keySentence = (what: string): string =>
  `The key of ${what === 'label' ? 'a label' : 'an annotation'} must have at most 63 letters, digits, "-", "_" and ".", must start and end with a letter or digit, and may have a DNS subdomain and "/" before it.`;
