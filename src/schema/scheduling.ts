import { z } from 'zod';
import { labelKey, labels, labelValue } from './fields.ts';

/** Bounded forms of the scheduling fields of a pod (core/v1) that a tenant may set. */

const keyField = labelKey.meta({ description: 'Key of the label.' });
const values = z.array(labelValue).max(32).optional().meta({ description: 'Values to compare with.' });

const expression = z.object({
  key: keyField,
  operator: z
    .enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'])
    .meta({ description: 'How to compare the label.' }),
  values,
});

const labelExpression = z.object({
  key: keyField,
  operator: z
    .enum(['In', 'NotIn', 'Exists', 'DoesNotExist'])
    .meta({ description: 'How to compare the label.' }),
  values,
});

const nodeTerm = z
  .object({
    matchExpressions: z
      .array(expression)
      .max(16)
      .optional()
      .meta({ description: 'Conditions on the labels of a node. All must be met.' }),
  })
  .meta({ description: 'A set of nodes.' });

const podTerm = z
  .object({
    topologyKey: labelKey.meta({
      description: 'Label key of nodes. Nodes with the same value are one topology domain, such as a zone.',
    }),
    labelSelector: z
      .object({
        matchLabels: labels(16, 'Labels that the pods must have.').optional(),
        matchExpressions: z
          .array(labelExpression)
          .max(16)
          .optional()
          .meta({ description: 'Conditions on the labels of the pods. All must be met.' }),
      })
      .optional()
      .meta({ description: 'Selects pods in this namespace.' }),
  })
  .meta({ description: 'A set of pods, and the topology domain.' });

const weight = z.int().min(1).max(100).meta({ description: 'Weight of this preference.' });

const podAffinity = (description: string) =>
  z
    .object({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .array(podTerm)
        .max(8)
        .optional()
        .meta({ description: 'Conditions that a node must meet.' }),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.object({ weight, podAffinityTerm: podTerm }))
        .max(8)
        .optional()
        .meta({ description: 'Conditions that a node should meet.' }),
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
            .meta({ description: 'Sets of nodes. The node must be in at least one of them.' }),
        })
        .optional()
        .meta({ description: 'Conditions that a node must meet.' }),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.object({ weight, preference: nodeTerm }))
        .max(8)
        .optional()
        .meta({ description: 'Conditions that a node should meet.' }),
    })
    .optional()
    .meta({ description: 'On which nodes to run the pods.' }),
  podAffinity: podAffinity('Near which other pods to run the pods.'),
  podAntiAffinity: podAffinity('Away from which other pods to run the pods.'),
});

/** core/v1 Toleration. */
export const Toleration = z.object({
  key: labelKey
    .optional()
    .meta({ description: 'Key of the taint. Empty with the operator Exists: every key.' }),
  operator: z
    .enum(['Equal', 'Exists'])
    .optional()
    .meta({ description: 'Equal compares the value, Exists accepts every value. Default: Equal.' }),
  value: labelValue.optional().meta({ description: 'Value of the taint.' }),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .optional()
    .meta({ description: 'Effect of the taint. Default: every effect.' }),
  tolerationSeconds: z.int().min(0).max(31_536_000).optional().meta({
    description: 'Seconds that a pod stays on a node after a NoExecute taint is added. Default: unlimited.',
  }),
});
