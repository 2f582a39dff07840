import type { Socket } from 'node:net';

/** Options of `net.connect`, as far as they say where to. */
export interface ConnectOptions {
  path?: string;
  host?: string;
  port?: number | string;
  lookup?: Lookup;
}

/** As `dns.lookup`: the answer is one address, or a list with `all: true`. */
export type Lookup = (
  host: string,
  options: unknown,
  answer: (error: Error | null, address?: string | Answer[], family?: number) => void,
) => void;

export interface Answer {
  address: string;
  family: number;
}

/** `socket.connect`, by whichever arguments: https://nodejs.org/api/net.html#socketconnect */
export type Connect = (this: Socket, ...args: unknown[]) => Socket;

/**
 * Reads the arguments of `socket.connect`: options, a path, or a port and a host, then a listener. Node itself passes
 * all of them as one list. Returns the options, and a function that makes arguments of others in their place.
 */
export const connectArguments = (
  args: readonly unknown[],
): { options: ConnectOptions; withOptions: (options: ConnectOptions) => unknown[] } => {
  const [first] = args;
  // Node marks its list with a symbol, which a copy must keep.
  if (Array.isArray(first)) {
    const withOptions = (options: ConnectOptions) => {
      const list = Object.assign([...first], { 0: options });
      for (const mark of Object.getOwnPropertySymbols(first))
        Object.defineProperty(list, mark, Object.getOwnPropertyDescriptor(first, mark) ?? {});
      return [list];
    };
    return { options: { ...first[0] }, withOptions };
  }
  const listeners = args.filter((each) => typeof each === 'function');
  const withOptions = (options: ConnectOptions) => [options, ...listeners];
  if (typeof first === 'object' && first !== null) return { options: { ...first }, withOptions };
  const isPort = typeof first === 'number' || /^[0-9]+$/.test(String(first));
  if (!isPort) return { options: { path: String(first) }, withOptions };
  const host = typeof args[1] === 'string' ? { host: args[1] } : {};
  return { options: { port: first as number | string, ...host }, withOptions };
};
