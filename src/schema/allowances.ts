import { z } from 'zod';
import { objectName } from './fields.ts';

/** The name of a server type, as a key of settings. */
export const typeName = z
  .string()
  .min(1)
  .max(32)
  .regex(/^[a-z][a-z0-9]*$/, 'must be the name of a server type');

const imagePattern = z
  .string()
  .min(1)
  .max(512)
  .regex(
    /^[a-z0-9][-a-zA-Z0-9._:/@]*(\/\*)?$/,
    'must be a repository, an image, or a prefix that ends in "/*"',
  );

/** Settings that list what tenants may name for their pods. Each is closed but for what it says. */
export const allowances = {
  allowedImages: z.record(typeName, z.array(imagePattern).max(64)).default({}).meta({
    description:
      "Images that tenants may name, by server type: a repository (any tag), an image, or a prefix ending in /*. Default: the type's own repository.",
    maxProperties: 16,
  }),
  allowedServiceAccounts: z
    .array(objectName('Name of a service account.'))
    .max(64)
    .default([])
    .meta({ description: 'Service accounts that tenants may name for their pods.' }),
  allowedPriorityClasses: z
    .array(
      z
        .string()
        .min(1)
        .max(253)
        .regex(
          /^[a-z0-9*]([-a-z0-9.*]*[a-z0-9*])?$/,
          'must be the name of a priority class; it may hold "*"',
        ),
    )
    .max(64)
    .default([])
    .meta({
      description:
        'Priority classes that tenants may name for their pods; * stands for any characters. The classes of the system stay refused. Default: none.',
    }),
  allowedPodAnnotations: z
    .array(
      z
        .string()
        .min(1)
        .max(317)
        .regex(/^[A-Za-z0-9*][-A-Za-z0-9_./*]*$/, 'must be the key of an annotation; it may hold "*"'),
    )
    .max(64)
    .default([])
    .meta({
      description:
        'Keys of the annotations that tenants may set on their pods; * stands for any characters. A key that steers the network, a sidecar or the identity of pods is a right: list those that tenants may have. Keys of kubernetes.io, k8s.io and tas.io stay refused. Default: none.',
    }),
} as const;
