import { gatePort } from '../contract/gate.ts';
import { portsBeside } from '../contract/sidecar.ts';
import type { ComposeInput } from './input.ts';

/** Where a process of a pod listens: at the address of the pod, or on loopback. */
export interface Listener {
  host: '0.0.0.0' | '127.0.0.1';
  port: number;
}

/**
 * The way from clients to a server over HTTP: clients connect to the bridge, the bridge to the guard, and the guard to
 * the server. A pod lacks a bridge or a guard if it needs none. Only the first listens at the address of the pod.
 */
interface Inbound {
  /** Where clients connect: the first of the other three. */
  clients: Listener;
  bridge?: Listener;
  /** The side of the gate that checks the token of clients, for a server that cannot. */
  guard?: Listener;
  server: Listener;
}

/** Who listens where in a pod of an Instance. */
export interface Listeners {
  /** Absent if the server uses standard input. */
  inbound?: Inbound;
  /** The side of the gate that sends the requests of the server to its Resources. */
  outbound?: Listener;
}

/** Port of /healthz and /metrics of the probe, in its own pod. */
export const probePort = 8081;

/** Who listens where in the pods of an Instance. */
export const listenersOf = ({ subject, plan }: Pick<ComposeInput, 'subject' | 'plan'>): Listeners => {
  const { type } = subject;
  const { transport, port } = plan.common;
  const outbound = type.gate && { outbound: { host: '127.0.0.1', port: gatePort } as const };
  if (transport === 'stdio') return { ...outbound };
  const bridged = transport === 'sse';
  const guarded = plan.token !== undefined && type.serves.tokenEnv === undefined;
  const step = port + portsBeside > 65_535 ? -1 : 1;
  const at = (behind: number): Listener => ({
    host: behind === 0 ? '0.0.0.0' : '127.0.0.1',
    port: port + behind * step,
  });
  return {
    ...outbound,
    inbound: {
      clients: at(0),
      ...(bridged && { bridge: at(0) }),
      ...(guarded && { guard: at(Number(bridged)) }),
      server: at(Number(bridged) + Number(guarded)),
    },
  };
};

/** The option of a sidecar that names where it listens. */
export const listenOption = ({ host, port }: Listener): string => `--listen=${host}:${port}`;

/** The option of a sidecar that names the process in the same pod to which it sends requests. */
export const serverOption = ({ port }: Listener): string => `--server=http://127.0.0.1:${port}`;
