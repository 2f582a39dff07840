import type { ServiceAccount } from 'kubernetes-types/core/v1.d.ts';
import type { Rendered } from '../../contract/kube.ts';
import { objectNames } from '../../contract/names.ts';
import type { ComposeInput } from '../input.ts';
import { metadata } from '../labels.ts';

/** An identity of the pods' own, with no rights and no token. */
export const serviceAccount = (input: ComposeInput): Rendered<ServiceAccount> => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: metadata(input, objectNames(input.subject.name).serviceAccount),
  automountServiceAccountToken: false,
});
