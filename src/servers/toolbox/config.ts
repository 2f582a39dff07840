import { type HttpSource, sourceDocument } from './source.ts';
import { type HttpTool, toolDocument, toolsetDocument } from './tool.ts';
import { toYaml } from './yaml.ts';

/** Name of the file that MCP Toolbox reads. */
export const configFile = 'tools.yaml';

/** What one Resource adds to `tools.yaml`: a source, its tools, and a toolset of them under the source's name. */
export interface ToolboxFragment {
  source: HttpSource;
  tools: readonly HttpTool[];
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
