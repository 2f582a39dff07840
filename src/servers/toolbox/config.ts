import { type AddressScope, addressKind } from '../../contract/addresses.ts';
import type { GateFile, GateRoute } from '../../contract/gate.ts';
import { type HttpSource, sourceDocument } from './source.ts';
import { type HttpTool, toolDocument, toolsetDocument } from './tool.ts';
import { toYaml } from './yaml.ts';

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
  toYaml(
    (fragments as readonly ToolboxFragment[])
      .filter(({ tools }) => tools.length > 0)
      .flatMap(({ source, tools }) => [
        sourceDocument(source),
        ...tools.map(toolDocument),
        toolsetDocument(source.name, tools),
      ]),
  );

/** The gate's file. */
export const toolboxRoutes = (fragments: readonly unknown[]): GateFile => ({
  routes: Object.fromEntries(
    (fragments as readonly ToolboxFragment[]).map(({ source, route }) => [source.name, route]),
  ),
});

/** Which addresses may stand behind a host: the node's own only where it says so itself, and the platform has listed it. */
export const scopeOf = (host: string, privateAddresses: boolean): AddressScope => {
  if (!privateAddresses) return 'public';
  const named = /(^|\.)localhost$/i.test(host) || (/^[0-9.]+$/.test(host) && addressKind(host) === 'node');
  return named || /^metadata\.google\.internal$/i.test(host) ? 'any' : 'inside';
};
