import { z } from 'zod';
import { labelKey, labels, labelValue } from './fields.ts';

/** Bounded forms of the scheduling fields of a pod (core/v1), as a tenant may write them. */

const keyField = labelKey.meta({ description: 'Key of the label.' });
const values = z
  .array(labelValue)
  .max(32)
  .optional()
  .meta({ description: 'Values that the operator compares with.' });

const expression = z.object({
  key: keyField,
  operator: z
    .enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'])
    .meta({ description: 'How the label is compared.' }),
  values,
});

const labelExpression = z.object({
  key: keyField,
  operator: z
    .enum(['In', 'NotIn', 'Exists', 'DoesNotExist'])
    .meta({ description: 'How the label is compared.' }),
  values,
});

const nodeTerm = z
  .object({
    matchExpressions: z
      .array(expression)
      .max(16)
      .optional()
      .meta({ description: 'Conditions on the labels of a node; all must hold.' }),
  })
  .meta({ description: 'Nodes that are meant.' });

const podTerm = z
  .object({
    topologyKey: labelKey.meta({
      description: 'Label of nodes: those with the same value are one place, such as a zone.',
    }),
    labelSelector: z
      .object({
        matchLabels: labels(16, 'Labels that the pods must have.').optional(),
        matchExpressions: z
          .array(labelExpression)
          .max(16)
          .optional()
          .meta({ description: 'Conditions on the labels of the pods; all must hold.' }),
      })
      .optional()
      .meta({ description: 'Pods of this namespace that are meant.' }),
  })
  .meta({ description: 'Pods that are meant, and what counts as near.' });

const weight = z.int().min(1).max(100).meta({ description: 'How much this preference weighs.' });

const podAffinity = (description: string) =>
  z
    .object({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .array(podTerm)
        .max(8)
        .optional()
        .meta({ description: 'What must hold for a node to be chosen.' }),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.object({ weight, podAffinityTerm: podTerm }))
        .max(8)
        .optional()
        .meta({ description: 'What makes a node better than others.' }),
    })
    .optional()
    .meta({ description });

/** core/v1 Affinity, within the tenant's own namespace. */
export const Affinity = z.object({
  nodeAffinity: z
    .object({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .object({
          nodeSelectorTerms: z
            .array(nodeTerm)
            .min(1)
            .max(8)
            .meta({ description: 'Nodes of which one kind must be had.' }),
        })
        .optional()
        .meta({ description: 'What must hold for a node to be chosen.' }),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.object({ weight, preference: nodeTerm }))
        .max(8)
        .optional()
        .meta({ description: 'What makes a node better than others.' }),
    })
    .optional()
    .meta({ description: 'Nodes that the pods should run on.' }),
  podAffinity: podAffinity('Pods that the pods should run near.'),
  podAntiAffinity: podAffinity('Pods that the pods should not run near.'),
});

/** core/v1 Toleration. */
export const Toleration = z.object({
  key: labelKey
    .optional()
    .meta({ description: 'Key of the taint; with the operator Exists, absent means any.' }),
  operator: z
    .enum(['Equal', 'Exists'])
    .optional()
    .meta({ description: 'Whether the value must be equal, or any will do; Equal by default.' }),
  value: labelValue.optional().meta({ description: 'Value of the taint.' }),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .optional()
    .meta({ description: 'Effect of the taint; absent means any.' }),
  tolerationSeconds: z
    .int()
    .min(0)
    .max(31_536_000)
    .optional()
    .meta({ description: 'Seconds that a pod stays after a taint with NoExecute; absent means for ever.' }),
});
