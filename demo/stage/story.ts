import type { McpClient } from '../../lab/clients/mcp.ts';
import type { Program } from '../../lab/programs.ts';
import type { Json } from '../../src/contract/kube.ts';
import type { AnyServerType } from '../../src/servers/server-type.ts';

/** Writes a line below the current step. */
export type Note = (line: string) => void;

/** A real backend for one of the example's Resources. */
export interface Backend extends AsyncDisposable {
  /** The changes to that Resource's spec on this machine. Undefined removes a field. */
  spec: Readonly<Record<string, Json | undefined>>;
  /** The same changes, as a phrase. */
  changed: string;
  /** Stops it. */
  stop: () => Promise<void>;
}

/** The demo of a server type: its example, with a real backend for one of the Resources. */
export interface Story {
  type: AnyServerType;
  /** Names of the backend and the server: "a real PostgreSQL", "a real DBHub 1.4.0". */
  titles: { backend: string; server: string };
  /** The real programs that it starts. */
  programs: readonly Program[];
  /** How long the first run takes, if it downloads or builds something. */
  firstTime?: string;
  /** The Resource of the example that is served here. The servers of all others do not exist. */
  resource: string;
  /** Starts the backend. `secret` has the values of the Secret with the Resource's credentials. */
  start: (credentials: Readonly<Record<string, string>>, note: Note) => Promise<Backend>;
  /** The part of the configuration's template that the demo shows. */
  excerpt: (template: string) => string;
  /** A secret value as it is written in the rendered configuration. */
  secret: (credentials: Readonly<Record<string, string>>) => { text: string; rendered: string; as: string };
  /** Queries the served endpoint. Throws if an expectation is not met. */
  ask: (client: McpClient, note: Note) => Promise<void>;
  /**
   * The expected reasons of the probe: for the Resources without a server, and for the served one with a wrong
   * credential.
   */
  verdicts: {
    elsewhere: Readonly<Record<string, string>>;
    wrong: { purpose: string; value: string; reason: string };
  };
}

/** The demo shows only what it has verified. */
export function hold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`expected that ${what}`);
}

/** Seconds since a reading of `performance.now()`, as text for people. */
export const since = (started: number): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;

/** A text shortened to a line on a screen. */
export const shortened = (text = ''): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);
