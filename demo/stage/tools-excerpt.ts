interface Document {
  kind: string;
  name: string;
}

/** The sources and tools with these names in a `tools.yaml`, formatted for people. */
export const toolsExcerpt =
  (...names: string[]) =>
  (yaml: string): string =>
    yaml
      .split('---\n')
      .map((text) => JSON.parse(text) as Document)
      .filter(({ kind, name }) => kind !== 'toolset' && names.includes(name))
      .map((document) => JSON.stringify(document, null, 2))
      .join('\n---\n');
