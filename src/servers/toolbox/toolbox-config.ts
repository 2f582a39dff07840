import type { GateRoute } from '../../contract/gate.ts';
import type { Source } from '../server-type.ts';
import { type HttpSource, sourceDocument } from './toolbox-source.ts';
import { type HttpTool, toolDocument, toolsetDocument } from './toolbox-tool.ts';

/** Name of the file that MCP Toolbox reads. */
export const configFile = 'tools.yaml';

/**
 * A Resource in the files: a source, its tools, a toolset of them under the name of the source, and the route of the
 * gate. Without a tool, `tools.yaml` contains nothing of the Resource.
 */
export const toolboxSource = (source: HttpSource, tools: readonly HttpTool[], route: GateRoute): Source => ({
  texts:
    tools.length === 0
      ? []
      : [sourceDocument(source), ...tools.map(toolDocument), toolsetDocument(source.name, tools)].map(
          written,
        ),
  routes: { [source.name]: route },
});

/** The whole `tools.yaml`: YAML documents, each of which is JSON. */
export const toolsYaml = (texts: readonly (readonly string[])[]): string => texts.flat().join('---\n');

/**
 * MCP Toolbox replaces environment variables before it parses the file, so no string may contain `${`. Parsers of YAML
 * disagree about some characters that JSON allows in a string, so all above ASCII are escaped, except for pairs of
 * surrogates: YAML has no escape for a half of them.
 */
const written = (document: object): string =>
  `${JSON.stringify(document).replace(unsafe, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;

const unsafe = /[\x7f-\ud7ff\ue000-\uffff]|\$(?=\{)/g;
