import { cp, glob, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { isMain } from '../lab/process/is-main.ts';
import { must } from '../lab/process/run.ts';
import { ensureTool } from '../lab/tools/build.ts';
import { build } from './build.ts';
import { fail } from './lib/fail.ts';
import { type Builder, buildImage, defaultBuilder } from './lib/image.ts';
import { packages, type Release, release, repository } from './lib/release.ts';
import { buildServerImage, type ServerImage, serverImages, serverTag } from './lib/server-image.ts';

const usage = `npm run package -- [OPTIONS]
  --registry HOST    host of the function in the Configurations' dependency (default: package.json, config.registry)
  --version VERSION  version of the packages, with its v (default: package.json, version)
  --builder NAME     docker | buildah: build the image from the Dockerfile; assemble: assemble it from this
                     machine's Node and libraries, without either (default: docker if its daemon answers)
  --image TARBALL    embed this docker-save tarball instead of building an image, for another architecture
  --arch NAME        architecture in the Function package's file name (default: this machine's)
  --output DIR       default: dist/packages

For arm64 too, build its image on such a machine or by emulation, and publish both files under one tag:
  docker buildx build --platform linux/arm64 --output type=docker,dest=arm64.tar .
  npm run package -- --arch arm64 --image arm64.tar
  crossplane xpkg push --package-files function-mcp-amd64.xpkg,function-mcp-arm64.xpkg HOST/tas/function-mcp:VERSION`;

export interface PackageRequest extends Partial<Pick<Release, 'registry' | 'version'>> {
  builder?: Builder;
  image?: string;
  arch?: string;
  output?: string;
}

export interface Packages {
  /** The .xpkg files. */
  function: string;
  claims: string;
  namespaced: string;
  /** The runtime image inside the Function package, as a docker-save tarball. */
  image: string;
  /** The images of the servers in `images/`, also as tarballs. None if the runtime image was given. */
  servers?: Partial<Record<ServerImage, string>>;
}

/**
 * Builds the Function package with its image and both Configuration packages, with the real crossplane CLI, and the
 * images of the servers in `images/`.
 */
export async function buildPackages(request: PackageRequest = {}): Promise<Packages> {
  const { registry, version, arch = process.arch === 'x64' ? 'amd64' : process.arch } = request;
  const planned = release({ ...(registry && { registry }), ...(version && { version }) });
  const output = resolve(request.output ?? join(repository, 'dist', 'packages'));
  await mkdir(output, { recursive: true });
  const image = request.image ? resolve(request.image) : join(output, `function-mcp-${arch}.image.tar`);
  const servers: NonNullable<Packages['servers']> = {};
  if (!request.image) {
    await build();
    const builder = request.builder ?? (await defaultBuilder());
    await buildImage({ builder, release: planned, dist: join(repository, 'dist'), output: image });
    for (const name of serverImages) {
      servers[name] = join(output, `${name}-${arch}.image.tar`);
      await buildServerImage(name, builder, servers[name]);
    }
  }

  const built = {
    function: join(output, `function-mcp-${arch}.xpkg`),
    claims: join(output, 'configuration-mcp.xpkg'),
    namespaced: join(output, 'configuration-mcp-namespaced.xpkg'),
  };
  const embed = ['--embed-runtime-image-tarball', image];
  await xpkg(planned, 'package/crossplane.yaml', 'package/input', built.function, embed);
  await xpkg(planned, 'crossplane.yaml', 'apis/claims', built.claims);
  await xpkg(planned, 'crossplane-namespaced.yaml', 'apis/namespaced', built.namespaced);
  return { ...built, image, servers };
}

/**
 * Stages the metadata and objects of one package in a separate folder, because the CLI reads every YAML file below its
 * root.
 */
async function xpkg(
  planned: Release,
  meta: string,
  objects: string,
  file: string,
  flags: string[] = [],
): Promise<void> {
  const stage = await mkdtemp(join(tmpdir(), 'function-mcp-package-'));
  try {
    const root = join(stage, 'root');
    const examples = join(stage, 'examples');
    await mkdir(root);
    await mkdir(examples);
    await writeFile(join(root, 'crossplane.yaml'), await metadata(planned, join(repository, meta)));
    let count = 0;
    for await (const path of glob('**/*.yaml', { cwd: join(repository, objects) })) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await cp(join(repository, objects, path), join(root, path));
      count++;
    }
    if (count === 0) throw new Error(`${objects} contains no YAML: run npm run generate`);
    const args = [
      'xpkg',
      'build',
      '--package-root',
      root,
      '--examples-root',
      examples,
      '--package-file',
      file,
    ];
    await must(await ensureTool('crossplane'), [...args, ...flags]);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function metadata(planned: Release, file: string): Promise<string> {
  const meta = parse(await readFile(file, 'utf8'));
  meta.spec.crossplane = { version: planned.crossplane };
  if (meta.kind === 'Configuration') {
    const [dependency] = meta.spec.dependsOn;
    dependency.package = `${planned.registry}/${packages.function}`;
    dependency.version = `>=${planned.version}`;
  }
  return stringify(meta);
}

if (isMain(import.meta)) {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: {
        registry: text,
        version: text,
        builder: text,
        image: text,
        arch: text,
        output: text,
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      console.log(usage);
    } else {
      const { builder } = values;
      if (builder && !['docker', 'buildah', 'assemble'].includes(builder)) {
        throw new Error(`--builder ${builder}: expected docker, buildah or assemble`);
      }
      const built = await buildPackages(values as PackageRequest);
      const { registry, version } = release(values);
      const { servers = {}, ...files } = built;
      for (const file of [...Object.values(files), ...Object.values(servers)]) {
        console.log(`${relative(repository, file)}  ${Math.ceil((await stat(file)).size / 1024)} KiB`);
      }
      console.log('\npublish with');
      for (const flavour of ['function', 'claims', 'namespaced'] as const) {
        const file = relative(repository, built[flavour]);
        console.log(
          `  crossplane xpkg push --package-files ${file} ${registry}/${packages[flavour]}:${version}`,
        );
      }
      for (const name of serverImages.filter((each) => servers[each])) {
        const file = relative(repository, servers[name] ?? '');
        console.log(`  crane push ${file} ${registry}/tas/${name}:${serverTag(name)}`);
      }
    }
  } catch (error) {
    fail(error);
  }
}
