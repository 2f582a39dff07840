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
    'must be a repository, an image, or a prefix that ends with "/*"',
  );

/** Settings that list what tenants may name for their pods. Everything that a setting does not list is refused. */
export const allowances = {
  allowedImages: z.record(typeName, z.array(imagePattern).max(64)).default({}).meta({
    description:
      'Images that tenants may use, by server type: a repository (any tag), an image, or a prefix that ends with `/*`. Default: the repository of the server type.',
    maxProperties: 16,
  }),
  allowedServiceAccounts: z
    .array(objectName('Name of a service account.'))
    .max(64)
    .default([])
    .meta({ description: 'Service accounts that tenants may use for their pods.' }),
  allowedPriorityClasses: z
    .array(
      z
        .string()
        .min(1)
        .max(253)
        .regex(
          /^[a-z0-9*]([-a-z0-9.*]*[a-z0-9*])?$/,
          'must be the name of a priority class, optionally with "*"',
        ),
    )
    .max(64)
    .default([])
    .meta({
      description:
        'Priority classes that tenants may use for their pods. `*` stands for any characters. System priority classes are always refused. Default: none.',
    }),
  allowedPodAnnotations: z
    .array(
      z
        .string()
        .min(1)
        .max(317)
        .regex(/^[A-Za-z0-9*][-A-Za-z0-9_./*]*$/, 'must be the key of an annotation, optionally with "*"'),
    )
    .max(64)
    .default([])
    .meta({
      description:
        'Keys of annotations that tenants may set on their pods. `*` stands for any characters. Annotations can control the network, sidecars or the identity of pods, so list only keys that you want tenants to control. Keys in kubernetes.io, k8s.io and tas.io are always refused. Default: none.',
    }),
} as const;
