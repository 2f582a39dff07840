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
export const volumes = (
  input: ComposeInput,
  { config, credentials, served }: Content,
): Record<string, unknown>[] => {
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
    ...sourceVolumes(served).map(({ name, claim }) => ({
      name,
      persistentVolumeClaim: { claimName: claim },
    })),
  ];
};

/** The volumes that sources bring, a claim once, however many sources use it. */
const sourceVolumes = (served: Content['served']): { name: string; claim: string }[] => {
  const claims = [
    ...new Set(served.flatMap(({ source }) => source?.volume?.persistentVolumeClaim ?? [])),
  ].sort();
  return claims.map((claim, index) => ({ name: `data-${index}`, claim }));
};

/** Mounts of the sources' volumes in the server's container. */
export const sourceMounts = ({ served }: Content): Record<string, unknown>[] => {
  const names = new Map(sourceVolumes(served).map(({ name, claim }) => [claim, name]));
  return served.flatMap(({ source }) =>
    source?.volume
      ? [
          {
            name: names.get(source.volume.persistentVolumeClaim),
            mountPath: source.volume.mountPath,
            readOnly: source.volume.readOnly,
          },
        ]
      : [],
  );
};
