import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseAllDocuments } from 'yaml';

export interface ImageConfig {
  architecture: string;
  os: string;
  config: {
    Entrypoint?: string[];
    Cmd?: string[];
    User?: string;
    Env?: string[];
    ExposedPorts?: Record<string, object>;
    Labels?: Record<string, string>;
  };
}

export interface Image {
  config: ImageConfig;
  /** The layers as plain tar archives, lowest first, with the digest of what the tarball holds. */
  layers: Array<{ digest: string; tar: Buffer }>;
}

/** Opens a docker-save tarball, which a package file (.xpkg) is too. */
export function openImage(file: string): Image {
  const [manifest] = JSON.parse(member(file, 'manifest.json').toString());
  return {
    config: JSON.parse(member(file, manifest.Config).toString()),
    layers: manifest.Layers.map((name: string) => {
      const data = member(file, name);
      const packed = data.readUInt16BE(0) === 0x1f8b;
      return { digest: `sha256:${name.split('.')[0]}`, tar: packed ? gunzipSync(data) : data };
    }),
  };
}

function member(file: string, name: string): Buffer {
  return execFileSync('tar', ['-xOf', file, name], { maxBuffer: 2 ** 29 });
}

export interface Entry {
  /** `ls -l` style, as `-rwxr-xr-x`. */
  mode: string;
  /** uid/gid. */
  owner: string;
  path: string;
}

/** Files and folders of a layer, paths below the root without a leading `./` or `/`. */
export function entries(tar: Buffer): Entry[] {
  const listing = execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input: tar, maxBuffer: 2 ** 24 });
  return listing
    .toString()
    .trim()
    .split('\n')
    .map((line) => {
      const [mode = '', owner = '', , , , path = ''] = line.split(/\s+/);
      return { mode, owner, path: path.replace(/^(\.?\/)+/, '').replace(/\/$/, '') };
    })
    .filter(({ path }) => path !== '' && path !== '.');
}

/** Lays the image's layers over one another in `directory`. */
export function unpack(image: Image, directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const { tar } of image.layers) execFileSync('tar', ['-xf', '-', '-C', directory], { input: tar });
}

export interface KubeDocument {
  apiVersion: string;
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
  spec: any;
}

/** What Crossplane reads of a package: the documents of package.yaml in the one layer that is marked `base`. */
export function packageDocuments(image: Image): KubeDocument[] {
  const marked = Object.entries(image.config.config.Labels ?? {}).filter(
    ([key, value]) => key.startsWith('io.crossplane.xpkg:') && value === 'base',
  );
  if (marked.length !== 1)
    throw new Error(`${marked.length} layers are marked as the package's base, not one`);
  const digest = marked[0]?.[0].replace('io.crossplane.xpkg:', '');
  const layer = image.layers.find((candidate) => candidate.digest === digest);
  if (!layer) throw new Error(`no layer ${digest}`);
  const text = execFileSync('tar', ['-xOf', '-', 'package.yaml'], { input: layer.tar }).toString();
  return parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter((document) => document !== null);
}
