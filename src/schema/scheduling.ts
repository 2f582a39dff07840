import { z } from 'zod';
import { labelKey, labels, labelValue } from './fields.ts';

/** Bounded forms of the scheduling fields of a pod (core/v1), as a tenant may write them. */

const expression = z.object({
  key: labelKey,
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']),
  values: z.array(labelValue).max(32).optional(),
});

const labelExpression = z.object({
  key: labelKey,
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(labelValue).max(32).optional(),
});

const nodeTerm = z.object({ matchExpressions: z.array(expression).max(16).optional() });

const podTerm = z.object({
  topologyKey: labelKey,
  labelSelector: z
    .object({
      matchLabels: labels(16, 'Labels that the pods must have.').optional(),
      matchExpressions: z.array(labelExpression).max(16).optional(),
    })
    .optional(),
});

const weight = z.int().min(1).max(100);

const podAffinity = z.object({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podTerm).max(8).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.object({ weight, podAffinityTerm: podTerm }))
    .max(8)
    .optional(),
});

/** core/v1 Affinity, within the tenant's own namespace. */
export const Affinity = z.object({
  nodeAffinity: z
    .object({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .object({ nodeSelectorTerms: z.array(nodeTerm).min(1).max(8) })
        .optional(),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.object({ weight, preference: nodeTerm }))
        .max(8)
        .optional(),
    })
    .optional(),
  podAffinity: podAffinity.optional(),
  podAntiAffinity: podAffinity.optional(),
});

/** core/v1 Toleration. */
export const Toleration = z.object({
  key: labelKey.optional(),
  operator: z.enum(['Equal', 'Exists']).optional(),
  value: labelValue.optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.int().min(0).optional(),
});
