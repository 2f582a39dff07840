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
 * Crossplane does not copy labels with such a key from a claim to its XR, so they cannot select Resources.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/controller/apiextensions/claim/object.go
 */
export const lostLabel = /^[^/]*(kubernetes|k8s)[.]io(\/|$)/;

const lostLabelRule = {
  rule: `self.all(key, !key.matches(r'${lostLabel.source.replaceAll('\\/', '/')}'))`,
  message:
    'must not use keys whose prefix ends with kubernetes.io or k8s.io: Crossplane does not copy such labels from a claim',
};

/** Which Resources in its namespace an Instance serves. */
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
      'Selects Resources in this namespace. If both fields are set, both must match. Default: every Resource in the namespace.',
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

/** Keys of pod annotations that tenants must not set, because Kubernetes and function-mcp use them. */
const reservedAnnotation = /(^|[.])(kubernetes\.io|k8s\.io|tas\.io)\//;

/** The fields of the spec of every Instance, for all server types. */
export const instanceFields = {
  replicas: z.int().min(0).max(50).default(1).meta({ description: 'Number of server pods.' }),
  image: image('Image of the server. The platform decides which images are allowed.').optional(),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .default('IfNotPresent')
    .meta({ description: 'When the kubelet pulls the images.' }),
  imagePullSecrets: z
    .array(z.object({ name: objectName('Name of a Secret in this namespace.') }))
    .max(8)
    .optional()
    .meta({ description: 'Secrets with the credentials for pulling the images.' }),
  transport: z.enum(['http', 'sse', 'stdio']).default('http').meta({
    description:
      'How clients connect to the server: streamable HTTP, server-sent events through a bridge, or standard input and output of a pod.',
  }),
  port: port('Port of the server and of its Service.', 1024).default(8080),
  resourceSelector: ResourceSelector.optional(),
  resources: z
    .object({
      requests: quantities('Compute resources that are reserved for the container.').optional(),
      limits: quantities('Maximum compute resources of the container.').optional(),
    })
    .optional()
    .meta({ description: 'Compute resources of the server container. Each server type has defaults.' }),
  nodeSelector: labels(16, 'Labels that a node must have.').optional(),
  tolerations: z
    .array(Toleration)
    .max(16)
    .optional()
    .meta({ description: 'Taints that the pods tolerate. The platform must allow tolerations.' }),
  affinity: Affinity.optional().meta({ description: 'Scheduling constraints of the pods.' }),
  priorityClassName: objectName(
    'Priority class of the pods. System priority classes cannot be used, and the platform must allow the class.',
  )
    .refine((name) => !name.startsWith('system-'), 'must not be a system priority class')
    .meta(cel({ rule: "!self.startsWith('system-')", message: 'must not be a system priority class' }))
    .optional(),
  podAnnotations: z
    .record(labelKey, text(1024, 'Value of the annotation.'))
    .refine(...atMost(16))
    .refine(
      (map) => Object.keys(map).every((key) => !reservedAnnotation.test(key)),
      'must not use keys in kubernetes.io, k8s.io or tas.io, which are reserved',
    )
    .optional()
    .meta({
      description:
        'Annotations of the pods. The platform must allow their keys. Keys in kubernetes.io, k8s.io and tas.io are reserved.',
      maxProperties: 16,
      ...cel({
        rule: "self.all(key, !key.matches('(^|[.])(kubernetes[.]io|k8s[.]io|tas[.]io)/'))",
        message: 'must not use keys in kubernetes.io, k8s.io or tas.io, which are reserved',
      }),
    }),
  serviceAccountName: objectName(
    'Service account of the pods. The platform must allow it. Default: a separate service account for each Instance.',
  ).optional(),
  authTokenRef: z
    .object({
      name: objectName('Name of a Secret in this namespace.'),
      key: dataKey('Key in that Secret.').default('token'),
    })
    .optional()
    .meta({
      description:
        'The Secret with the bearer token that clients must send: printable ASCII without spaces, line breaks and commas, at most 8192 characters.',
    }),
  networkPolicy: z
    .object({
      enabled: z
        .boolean()
        .default(true)
        .meta({ description: 'Whether a NetworkPolicy restricts access to the server.' }),
      allowedNamespaces: z
        .array(namespaceName('Name of a namespace.'))
        .max(64)
        .default([])
        .meta({ description: 'Additional namespaces whose pods may reach the server.' }),
    })
    .prefault({})
    .meta({ description: 'Which pods may reach the server.' }),
  podDisruptionBudget: z
    .object({
      enabled: z
        .boolean()
        .default(true)
        .meta({ description: 'Whether to create a PodDisruptionBudget if there are at least two replicas.' }),
    })
    .prefault({})
    .meta({ description: 'Keeps the server available while nodes are drained.' }),
  probe: z
    .object({
      enabled: z.boolean().default(true).meta({ description: 'Whether the probe of this Instance runs.' }),
      interval: duration('How often each Resource is checked, at least 30s. The platform sets the default.')
        .refine((value) => !/^[12]?[0-9]s$/.test(value), 'must be at least 30s')
        .meta(cel({ rule: "!self.matches(r'^[12]?[0-9]s$')", message: 'must be at least 30s' }))
        .optional(),
    })
    .prefault({})
    .meta({ description: 'The probe, which checks every selected Resource and writes its status.' }),
} as const;

/** The common part of the spec of an Instance, as the function reads it. */
export const CommonInstanceSpec = z.object(instanceFields);
export type CommonInstanceSpec = z.infer<typeof CommonInstanceSpec>;
