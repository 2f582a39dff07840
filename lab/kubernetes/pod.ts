import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The parts of a rendered Deployment that are needed to run one of its pods here. */
interface Deployment {
  spec: {
    template: {
      metadata: { annotations?: Record<string, string> };
      spec: { initContainers?: Container[]; containers: Container[]; volumes?: Volume[] };
    };
  };
}

interface Container {
  name: string;
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: ValueFrom }[];
  volumeMounts?: { name: string; mountPath: string }[];
}

interface ValueFrom {
  fieldRef?: { fieldPath: string };
  secretKeyRef?: { name: string; key: string };
}

interface Volume {
  name: string;
  configMap?: { name: string; items?: Item[] };
  secret?: { secretName: string; items?: Item[] };
  persistentVolumeClaim?: { claimName: string };
}

type Item = { key: string; path: string };

/** A ConfigMap or a Secret. */
interface Source {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
}

/** How a container is started, with paths of this machine. */
export interface LocalContainer {
  args: string[];
  env: Record<string, string>;
  /**
   * A text that it reads, such as its configuration, with the paths of this machine instead of those of the container.
   */
  localise: (text: string) => string;
}

export interface Pod {
  /** Throws if the pod has no such container. */
  container: (name: string) => LocalContainer;
}

/**
 * Does the work of the kubelet for one pod of a rendered Deployment: creates its volumes under `folder`, from the items
 * of the ConfigMaps and Secrets in `objects`, and resolves how its containers are started. `claims` has the folder of
 * each PersistentVolumeClaim. Throws if the pod would wait for a missing object or key.
 */
export async function mountPod(
  deployment: unknown,
  objects: readonly unknown[],
  folder: string,
  claims: Readonly<Record<string, string>> = {},
): Promise<Pod> {
  const { metadata, spec } = (deployment as Deployment).spec.template;
  const sources = (objects as Source[]).filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret');
  const allOf = (kind: string, name: string): Record<string, Buffer> => {
    const source = sources.find((object) => object.kind === kind && object.metadata.name === name);
    if (!source) throw new Error(`the pod waits for the ${kind} ${name}`);
    const encoding = kind === 'Secret' ? 'base64' : 'utf8';
    return Object.fromEntries(
      Object.entries(source.data ?? {}).map(([key, value]) => [key, Buffer.from(value, encoding)]),
    );
  };
  const oneOf = (kind: string, name: string, key: string): Buffer => {
    const value = allOf(kind, name)[key];
    if (!value) throw new Error(`the pod waits for the key ${key} of the ${kind} ${name}`);
    return value;
  };

  for (const volume of spec.volumes ?? []) {
    const path = join(folder, volume.name);
    if (volume.persistentVolumeClaim) {
      const { claimName } = volume.persistentVolumeClaim;
      const claim = claims[claimName];
      if (claim === undefined) throw new Error(`the pod waits for the PersistentVolumeClaim ${claimName}`);
      await symlink(claim, path);
      continue;
    }
    await mkdir(path, { recursive: true });
    const [kind, name, items] = volume.secret
      ? (['Secret', volume.secret.secretName, volume.secret.items] as const)
      : (['ConfigMap', volume.configMap?.name, volume.configMap?.items] as const);
    if (name === undefined) continue;
    const files = items ?? Object.keys(allOf(kind, name)).map((key) => ({ key, path: key }));
    for (const item of files)
      await writeFile(join(path, item.path), oneOf(kind, name, item.key), { mode: 0o600 });
  }

  const resolve = ({ fieldRef, secretKeyRef }: ValueFrom): string => {
    if (secretKeyRef) return oneOf('Secret', secretKeyRef.name, secretKeyRef.key).toString();
    const annotation = /^metadata\.annotations\['(.+)'\]$/.exec(fieldRef?.fieldPath ?? '')?.[1];
    if (annotation === undefined) throw new Error(`not known here: ${JSON.stringify({ fieldRef })}`);
    return metadata.annotations?.[annotation] ?? '';
  };

  return {
    container(name) {
      const container = [...(spec.initContainers ?? []), ...spec.containers].find(
        (each) => each.name === name,
      );
      if (!container) throw new Error(`the pod has no container ${name}`);
      const local = localPaths(container, folder);
      return {
        localise: localTexts(container, folder),
        args: (container.args ?? []).map(local),
        env: Object.fromEntries(
          (container.env ?? []).map(({ name: key, value = '', valueFrom }) => [
            key,
            valueFrom ? resolve(valueFrom) : local(value),
          ]),
        ),
      };
    },
  };
}

/** Replaces the paths of a container with the folders of the volumes, in `path` and in `--option=path`. */
function localPaths({ volumeMounts = [] }: Container, folder: string): (text: string) => string {
  const local = (text: string) => {
    const [, option = '', path = ''] = /^(--[a-z-]+=)?(.*)$/s.exec(text) ?? [];
    const mount = volumeMounts.find(
      ({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`),
    );
    return mount ? `${option}${join(folder, mount.name)}${path.slice(mount.mountPath.length)}` : text;
  };
  // NODE_OPTIONS has several
  return (text) => text.split(' ').map(local).join(' ');
}

/** Replaces paths with the folders of the volumes, in quotes or in a URL of a text. */
function localTexts({ volumeMounts = [] }: Container, folder: string): (text: string) => string {
  const volumes = new Map(volumeMounts.map(({ name, mountPath }) => [mountPath, join(folder, name)]));
  const path = new RegExp(
    `(?<="|://)(${[...volumes.keys()].map((key) => RegExp.escape(key)).join('|')})(?=/)`,
    'g',
  );
  return (text) => text.replace(path, (mountPath) => volumes.get(mountPath) ?? mountPath);
}
