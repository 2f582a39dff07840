import type { ConfigMap } from 'kubernetes-types/core/v1.d.ts';
import type { Rendered } from '../../contract/kube.ts';
import { dataKeys, objectNames } from '../../contract/names.ts';
import type { Content } from '../content.ts';
import type { ComposeInput } from '../input.ts';
import { metadata } from '../labels.ts';

/** The server's configuration as a template; it holds no secret. */
export const configMap = (input: ComposeInput, { config, configRevision }: Content): Rendered<ConfigMap> => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(input, objectNames(input.subject.name).configMap),
  data: { ...config, [dataKeys.configRevision]: String(configRevision.next) },
});
