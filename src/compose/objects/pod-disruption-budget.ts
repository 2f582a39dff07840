import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts';
import type { Rendered } from '../../contract/kube.ts';
import { objectNames } from '../../contract/names.ts';
import type { ComposeInput } from '../input.ts';
import { metadata, selectorLabels } from '../labels.ts';

/** Lets a drain take one pod at a time, never more. */
export const podDisruptionBudget = (input: ComposeInput): Rendered<PodDisruptionBudget> => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: metadata(input, objectNames(input.subject.name).podDisruptionBudget),
  spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(input) } },
});
