import { z } from 'zod';
import {
  atMost,
  cel,
  celForClaims,
  dataKey,
  duration,
  image,
  labelKey,
  labels,
  namespaceName,
  objectName,
  port,
  quantity,
  text,
} from './fields.ts';
import { Affinity, Toleration } from './scheduling.ts';

/**
 * Crossplane copies no label with such a key from a claim to its XR, so that it selects nothing there.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/controller/apiextensions/claim/object.go
 */
export const lostLabel = /^[^/]*(kubernetes|k8s)[.]io(\/|$)/;

const lostLabelRule = {
  rule: `self.all(key, !key.matches(r'${lostLabel.source.replaceAll('\\/', '/')}'))`,
  message:
    'keys whose prefix ends in kubernetes.io or k8s.io select nothing: Crossplane does not copy such labels from a claim',
};

/** Which Resources of its own namespace an Instance serves. */
export const ResourceSelector = z
  .object({
    matchLabels: labels(16, 'Labels that a Resource must have.').meta(celForClaims(lostLabelRule)).optional(),
    matchNames: z
      .array(objectName('Name of a Resource.'))
      .max(500)
      .optional()
      .meta({ description: 'Names of Resources.' }),
  })
  .meta({
    description:
      'Selects Resources of this namespace. Both given: both must hold. Absent: every Resource in the namespace.',
  });
export type ResourceSelector = z.infer<typeof ResourceSelector>;

const quantities = (description: string) =>
  z
    .record(
      z
        .string()
        .min(1)
        .max(63)
        .regex(/^[a-z0-9]([-a-z0-9./]*[a-z0-9])?$/, 'must be a resource name'),
      quantity,
    )
    .refine(...atMost(8))
    .meta({ description, maxProperties: 8 });

/** Keys of pod annotations that are not a tenant's to set: ours, and the platform's. */
export const reservedAnnotation = /(^|[.])(kubernetes\.io|k8s\.io|tas\.io)\//;

/** The fields that the spec of every Instance has, whatever its server type. */
export const instanceFields = {
  replicas: z.int().min(0).max(50).default(1).meta({ description: 'Number of server pods.' }),
  image: image('Image of the server. The platform decides which repositories are allowed.').optional(),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .default('IfNotPresent')
    .meta({ description: 'When the kubelet pulls the images.' }),
  imagePullSecrets: z
    .array(z.object({ name: objectName('Name of a Secret in this namespace.') }))
    .max(8)
    .optional()
    .meta({ description: 'Secrets for pulling the images.' }),
  transport: z.enum(['http', 'sse', 'stdio']).default('http').meta({
    description:
      'How clients reach the server: streamable HTTP, server-sent events through a bridge, or the standard input of a pod.',
  }),
  port: port('Port of the server and of its Service.', 1024).default(8080),
  resourceSelector: ResourceSelector.optional(),
  resources: z
    .object({
      requests: quantities('What is reserved for a pod.').optional(),
      limits: quantities('What a pod may use at most.').optional(),
    })
    .optional()
    .meta({ description: 'Compute resources of the server container; sensible ones by default.' }),
  nodeSelector: labels(16, 'Labels that a node must have.').optional(),
  tolerations: z
    .array(Toleration)
    .max(16)
    .optional()
    .meta({ description: 'Taints that the pods tolerate, where the platform allows tolerations.' }),
  affinity: Affinity.optional().meta({ description: 'Scheduling preferences of the pods.' }),
  priorityClassName: objectName('Priority class of the pods; not one of the system.')
    .refine((name) => !name.startsWith('system-'), 'the classes of the system are not for tenants')
    .meta(
      cel({ rule: "!self.startsWith('system-')", message: 'the classes of the system are not for tenants' }),
    )
    .optional(),
  podAnnotations: z
    .record(labelKey, text(1024, 'Value of the annotation.'))
    .refine(...atMost(16))
    .refine(
      (map) => Object.keys(map).every((key) => !reservedAnnotation.test(key)),
      'keys of kubernetes.io, k8s.io and tas.io are reserved',
    )
    .optional()
    .meta({
      description: 'Annotations added to the pods. Keys of kubernetes.io, k8s.io and tas.io are reserved.',
      maxProperties: 16,
      ...cel({
        rule: "self.all(key, !key.matches('(^|[.])(kubernetes[.]io|k8s[.]io|tas[.]io)/'))",
        message: 'keys of kubernetes.io, k8s.io and tas.io are reserved',
      }),
    }),
  serviceAccountName: objectName(
    'Service account of the pods, where the platform allows it; one of their own by default.',
  ).optional(),
  authTokenRef: z
    .object({
      name: objectName('Name of a Secret in this namespace.'),
      key: dataKey('Key in that Secret.').default('token'),
    })
    .optional()
    .meta({
      description:
        'Bearer token that clients must present: printable ASCII without spaces, line breaks and commas, at most 8192 characters.',
    }),
  networkPolicy: z
    .object({
      enabled: z.boolean().default(true).meta({ description: 'Whether a NetworkPolicy guards the server.' }),
      allowedNamespaces: z
        .array(namespaceName('Name of a namespace.'))
        .max(64)
        .default([])
        .meta({ description: 'Namespaces, besides this one, whose pods may reach the server.' }),
    })
    .prefault({})
    .meta({ description: 'Who may reach the server.' }),
  podDisruptionBudget: z
    .object({
      enabled: z
        .boolean()
        .default(true)
        .meta({ description: 'Whether a budget exists from two replicas on.' }),
    })
    .prefault({})
    .meta({ description: 'Keeps the server available while nodes are drained.' }),
  probe: z
    .object({
      enabled: z.boolean().default(true).meta({ description: 'Whether the companion probe runs.' }),
      interval: duration('How often each Resource is checked; at least 30s. The platform sets the default.')
        .refine((value) => !/^[12]?[0-9]s$/.test(value), 'must be at least 30s')
        .meta(cel({ rule: "!self.matches(r'^[12]?[0-9]s$')", message: 'must be at least 30s' }))
        .optional(),
    })
    .prefault({})
    .meta({ description: 'The companion that checks every selected Resource and writes its status.' }),
} as const;

/** The spec that every Instance has, as the function reads it. */
export const CommonInstanceSpec = z.object(instanceFields);
export type CommonInstanceSpec = z.infer<typeof CommonInstanceSpec>;
