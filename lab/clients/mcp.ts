import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { fetchAs } from './fetch-as.ts';

export interface McpOptions {
  /** Milliseconds that an answer may take; by default those of the SDK, 60 s. */
  timeout?: number;
  /** Sent as a bearer token. */
  token?: string;
  /** Sent as the Host header, as by a client inside the cluster. Default: the host of the URL. */
  host?: string;
}

export interface ToolAnswer<T> {
  isError: boolean;
  /** The text content parsed as JSON, or the text itself if it is not JSON. */
  content: T;
  /** Each part of the content separately: MCP Toolbox sends one part for each item of a list. */
  parts: unknown[];
}

export interface McpClient extends AsyncDisposable {
  listTools: () => Promise<Tool[]>;
  /** Throws only if the server does not answer as MCP. A failed tool call has `isError`. */
  callTool: <T = unknown>(name: string, args?: Record<string, unknown>) => Promise<ToolAnswer<T>>;
  close: () => Promise<void>;
}

/** Connects the official MCP client over streamable HTTP. Throws if the server refuses. */
export async function connectMcp(url: string, { token, host, timeout }: McpOptions = {}): Promise<McpClient> {
  const client = new Client({ name: 'function-mcp', version: '1' });
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    ...(host && { fetch: fetchAs(host) }),
  });
  // The types of the SDK's classes do not support exactOptionalPropertyTypes.
  await client.connect(transport as Transport);
  const close = () => client.close();
  return {
    close,
    [Symbol.asyncDispose]: close,
    async listTools() {
      return (await client.listTools()).tools;
    },
    async callTool<T>(name: string, args: Record<string, unknown> = {}) {
      const result = (await client.callTool(
        { name, arguments: args },
        undefined,
        timeout === undefined ? {} : { timeout },
      )) as CallToolResult;
      const texts = result.content.map((part) => (part.type === 'text' ? part.text : ''));
      return {
        isError: result.isError === true,
        content: parse(texts.join('')) as T,
        parts: texts.map(parse),
      };
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
