import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { fetchAs } from '../../../lab/clients/fetch-as.ts';

export interface SseOptions {
  token?: string;
  /** Sent as the Host header. */
  host?: string;
  client?: Client;
}

export interface SseClient extends AsyncDisposable {
  client: Client;
  /** The text that a tool answered with, read as JSON. */
  call: (name: string, args?: Record<string, unknown>) => Promise<{ isError: boolean; content: unknown }>;
  /** Resolves when the stream has ended or broken. */
  lost: Promise<Error>;
}

/** Connects the official MCP client over HTTP and server-sent events; rejects when it is refused. */
export async function connectSse(
  origin: string,
  { token, host, client }: SseOptions = {},
): Promise<SseClient> {
  const mcp = client ?? new Client({ name: 'test', version: '1' });
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const transport = new SSEClientTransport(new URL('/sse', origin), {
    requestInit: { headers },
    ...(host !== undefined && { fetch: fetchAs(host) }),
  });
  // The SDK's classes are not typed for exactOptionalPropertyTypes.
  try {
    await mcp.connect(transport as Transport);
  } catch (error) {
    await transport.close();
    throw error;
  }
  return {
    client: mcp,
    async call(name, args = {}) {
      const result = (await mcp.callTool({ name, arguments: args })) as CallToolResult;
      const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
      return { isError: result.isError === true, content: JSON.parse(text) };
    },
    lost: new Promise((resolve) => {
      mcp.onerror = resolve;
    }),
    [Symbol.asyncDispose]: () => mcp.close(),
  };
}
