import type { Container } from 'kubernetes-types/core/v1.d.ts';
import { configDir } from '../../contract/config-files.ts';
import type { Written } from '../../contract/kube.ts';
import { annotationKeys } from '../../contract/names.ts';
import type { ComposeInput } from '../input.ts';
import { ownContainer } from './own.ts';
import { mountPaths, volumeNames } from './volumes.ts';

const fromAnnotation = (name: string, annotation: string) => ({
  name,
  valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${annotation}']` } },
});

/**
 * The init container that writes the configuration: waits until template and values are those that the
 * pod was made for, and puts the values in place of the placeholders.
 */
export const rendererContainer = (input: ComposeInput): Written<Container> =>
  ownContainer(input, {
    name: 'config-renderer',
    args: [
      'render-config',
      `--template=${mountPaths.template}`,
      `--credentials=${mountPaths.credentials}`,
      `--out=${configDir}`,
    ],
    env: [
      fromAnnotation('CONFIG_REVISION', annotationKeys.configRevision),
      fromAnnotation('CREDENTIALS_REVISION', annotationKeys.credentialsRevision),
    ],
    volumeMounts: [
      { name: volumeNames.template, mountPath: mountPaths.template, readOnly: true },
      { name: volumeNames.credentials, mountPath: mountPaths.credentials, readOnly: true },
      { name: volumeNames.config, mountPath: configDir },
    ],
  });
