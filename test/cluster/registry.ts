/** What a tag points to; the blobs that it names are the registry's own. */
export interface Manifest {
  name: string;
  tag: string;
  type: string;
  text: string;
}

const types = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** Every image of a registry, which forgets them at its end, while their blobs stay on disk. */
export async function manifestsOf(registry: string): Promise<Manifest[]> {
  const { repositories } = await json<{ repositories: string[] | null }>(`http://${registry}/v2/_catalog`);
  const manifests: Manifest[] = [];
  for (const name of repositories ?? []) {
    const { tags } = await json<{ tags: string[] | null }>(`http://${registry}/v2/${name}/tags/list`);
    for (const tag of tags ?? []) {
      const response = await fetch(manifestUrl(registry, name, tag), { headers: { accept: types.join() } });
      const type = response.headers.get('content-type') ?? '';
      // an index refers to manifests that have no tag
      if (types.includes(type)) manifests.push({ name, tag, type, text: await response.text() });
    }
  }
  return manifests;
}

export async function putManifests(registry: string, manifests: Manifest[]): Promise<void> {
  for (const { name, tag, type, text } of manifests) {
    const request = { method: 'PUT', headers: { 'content-type': type }, body: text };
    const { status } = await fetch(manifestUrl(registry, name, tag), request);
    if (status !== 201) throw new Error(`the registry answers ${status} to ${name}:${tag}`);
  }
}

const manifestUrl = (registry: string, name: string, tag: string) =>
  `http://${registry}/v2/${name}/manifests/${tag}`;

async function json<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
}
