import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As much of a rendered Deployment as running one of its pods here takes. */
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

/** What a container is started with, its paths being those of this machine. */
export interface LocalContainer {
  args: string[];
  env: Record<string, string>;
  /** A text that it reads, such as its configuration, with this machine's paths in the place of its own. */
  localise: (text: string) => string;
}

export interface Pod {
  /** Throws when the pod has no such container. */
  container: (name: string) => LocalContainer;
}

/**
 * Does a kubelet's part for one pod of a rendered Deployment: lays its volumes below `folder`, from the
 * ConfigMaps and Secrets among `objects`, item by item, and resolves what its containers are started with.
 * `claims` has the folder of each PersistentVolumeClaim.
 * Throws where a pod would hang for want of an object or a key.
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

/** Puts the volumes' folders in the place of the paths that a container sees, in `path` and in `--option=path`. */
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

/** Puts the volumes' folders in the place of the paths in a text that stand in quotes or in a URL. */
function localTexts({ volumeMounts = [] }: Container, folder: string): (text: string) => string {
  const volumes = new Map(volumeMounts.map(({ name, mountPath }) => [mountPath, join(folder, name)]));
  const path = new RegExp(
    `(?<="|://)(${[...volumes.keys()].map((key) => RegExp.escape(key)).join('|')})(?=/)`,
    'g',
  );
  return (text) => text.replace(path, (mountPath) => volumes.get(mountPath) ?? mountPath);
}
