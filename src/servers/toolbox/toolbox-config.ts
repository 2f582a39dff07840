import type { GateFile, GateRoute } from '../../contract/gate.ts';
import { remembered } from '../../contract/remember.ts';
import type { Platform } from '../server-type.ts';
import { type HttpSource, sourceDocument } from './toolbox-source.ts';
import { type HttpTool, toolDocument, toolsetDocument } from './toolbox-tool.ts';
import { toYaml } from './toolbox-yaml.ts';

/** Name of the file that MCP Toolbox reads. */
export const configFile = 'tools.yaml';

/**
 * What one Resource adds: to `tools.yaml` a source, its tools, and a toolset of them under the source's name; to the
 * file of the gate the route that the source leads to.
 */
export interface ToolboxFragment {
  source: HttpSource;
  tools: readonly HttpTool[];
  route: GateRoute;
}

/** The whole `tools.yaml`; a Resource without a tool has nothing in it. */
export const toolsYaml = (fragments: readonly unknown[]): string =>
  (fragments as readonly ToolboxFragment[])
    .map(documentsOf)
    .filter((text) => text !== '')
    .join('---\n');

/** Bytes that a Resource takes in both files: what is not plain is written longer than JSON has it. */
export const toolboxBytes = (fragment: unknown): number => {
  const { route } = fragment as ToolboxFragment;
  return documentsOf(fragment as ToolboxFragment).length + JSON.stringify(route).length + forBoth;
};

/** What stands between two Resources, and the name of one. */
const forBoth = 64;

/** The documents of a Resource, written once: they are measured before they are put together, in every call. */
const documentsOf = (fragment: ToolboxFragment): string => {
  const known = written.get(fragment);
  if (known !== undefined) return known;
  const { source, tools } = fragment;
  const text =
    tools.length === 0
      ? ''
      : texts.of('', JSON.stringify([source, tools]), () =>
          toYaml([sourceDocument(source), ...tools.map(toolDocument), toolsetDocument(source.name, tools)]),
        );
  written.set(fragment, text);
  return text;
};

/** Within a call. */
const written = new WeakMap<ToolboxFragment, string>();

/** From one call to the next, in which hardly anything has changed: some thousand Resources. */
const texts = remembered<string>({ perTenant: 4 * 1024 * 1024, total: 4 * 1024 * 1024 });

/** The gate's file. */
export const toolboxRoutes = (fragments: readonly unknown[], { ranges }: Platform): GateFile => ({
  routes: Object.fromEntries(
    (fragments as readonly ToolboxFragment[]).map(({ source, route }) => [source.name, route]),
  ),
  ...(Object.keys(ranges).length > 0 && { ranges }),
});
