import type { McpClient } from '../../lab/clients/mcp.ts';
import type { Program } from '../../lab/programs.ts';
import type { Json } from '../../src/contract/kube.ts';
import type { AnyServerType } from '../../src/servers/server-type.ts';

/** Writes a line below the step that is running. */
export type Note = (line: string) => void;

/** A real backend that one of the example's Resources is pointed at. */
export interface Backend extends AsyncDisposable {
  /** What of that Resource's spec is different on this machine; undefined takes a field away. */
  spec: Readonly<Record<string, Json | undefined>>;
  /** The same, in words. */
  changed: string;
  /** Pulls its plug. */
  stop: () => Promise<void>;
}

/** What the demo of a server type shows: its example, with a real backend behind one of the Resources. */
export interface Story {
  type: AnyServerType;
  /** How the backend and the server are called: "a real PostgreSQL", "a real DBHub 1.4.0". */
  titles: { backend: string; server: string };
  /** The real programs that it starts. */
  programs: readonly Program[];
  /** How long it takes the first time, where something has to be fetched or built. */
  firstTime?: string;
  /** The Resource of the example that is served here; every other one of it leads nowhere. */
  resource: string;
  /** Starts the backend, with the texts of the Secret that the Resource's credentials are in. */
  start: (credentials: Readonly<Record<string, string>>, note: Note) => Promise<Backend>;
  /** The piece of the configuration's template that is worth showing. */
  excerpt: (template: string) => string;
  /** A secret text as it stands in the rendered configuration. */
  secret: (credentials: Readonly<Record<string, string>>) => { text: string; rendered: string; as: string };
  /** Asks the served endpoint; throws at what does not hold. */
  ask: (client: McpClient, note: Note) => Promise<void>;
  /** What the probe says: of the Resources that lead nowhere, and of the served one with another value in a credential. */
  verdicts: {
    elsewhere: Readonly<Record<string, string>>;
    wrong: { purpose: string; value: string; reason: string };
  };
}

/** The demo shows nothing that it has not seen. */
export function hold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`expected that ${what}`);
}

/** Seconds since a reading of `performance.now()`, for people. */
export const since = (started: number): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;

/** A text cut to a line that a screen holds. */
export const shortened = (text = ''): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);
