import type { Secret } from 'kubernetes-types/core/v1.d.ts';
import type { Rendered } from '../../contract/kube.ts';
import { dataKeys, objectNames } from '../../contract/names.ts';
import { encodeSecretValue } from '../../plan/encoding.ts';
import type { Content } from '../content.ts';
import type { ComposeInput } from '../input.ts';
import { metadata } from '../labels.ts';

/** The values of the template's placeholders. `data`, as `stringData` never shows what was removed from it. */
export const secret = (
  input: ComposeInput,
  { credentials, credentialsRevision }: Content,
): Rendered<Secret> => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: metadata(input, objectNames(input.subject.name).secret),
  type: 'Opaque',
  data: {
    ...credentials,
    [dataKeys.credentialsRevision]: encodeSecretValue(String(credentialsRevision.next)),
  },
});
