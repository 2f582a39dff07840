import type { Volume, VolumeMount } from 'kubernetes-types/core/v1.d.ts';
import type { Written } from '../../contract/kube.ts';
import { dataKeys, objectNames } from '../../contract/names.ts';
import type { Content } from '../content.ts';
import type { ComposeInput } from '../input.ts';

/** Names of the volumes of a server's pod. */
export const volumeNames = {
  template: 'template',
  credentials: 'credentials',
  config: 'config',
  tmp: 'tmp',
} as const;

/** Where the init container finds the template and the values. */
export const mountPaths = { template: '/mcp/template', credentials: '/mcp/credentials' } as const;

const item = (key: string) => ({ key, path: key });

/**
 * The volumes of a server's pod. ConfigMap and Secret are mounted key by key: a key that somebody else
 * put there, such as NODE_OPTIONS, must not come along.
 */
export const volumes = (input: ComposeInput, { config, credentials, served }: Content): Written<Volume>[] => {
  const names = objectNames(input.subject.name);
  const values = Object.keys(credentials).filter((key) => key !== dataKeys.authToken);
  return [
    {
      name: volumeNames.template,
      configMap: {
        name: names.configMap,
        defaultMode: 0o440,
        items: [...Object.keys(config), dataKeys.configRevision].sort().map(item),
      },
    },
    {
      name: volumeNames.credentials,
      secret: {
        secretName: names.secret,
        defaultMode: 0o440,
        items: [...values, dataKeys.credentialsRevision].sort().map(item),
      },
    },
    { name: volumeNames.config, emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } },
    { name: volumeNames.tmp, emptyDir: { sizeLimit: '64Mi' } },
    ...claimsOf(served).map((claimName, index) => ({
      name: `data-${index}`,
      persistentVolumeClaim: { claimName },
    })),
  ];
};

/** The claims that sources use, each once. */
const claimsOf = (served: Content['served']): string[] =>
  [...new Set(served.flatMap(({ source }) => source?.volume?.persistentVolumeClaim ?? []))].sort();

/** Mounts of the sources' volumes in the server's container. */
export const sourceMounts = ({ served }: Content): Written<VolumeMount>[] => {
  const claims = claimsOf(served);
  return served.flatMap(({ source: { volume } = {} }) => {
    if (!volume) return [];
    const { persistentVolumeClaim, mountPath, readOnly } = volume;
    return [{ name: `data-${claims.indexOf(persistentVolumeClaim)}`, mountPath, readOnly }];
  });
};
