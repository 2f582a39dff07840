import type { Socket } from 'node:net';

/** The options of `net.connect` that define the destination. */
export interface ConnectOptions {
  path?: string;
  host?: string;
  port?: number | string;
  lookup?: Lookup;
}

/** As for `dns.lookup`: the result is one address, or a list with `all: true`. */
export type Lookup = (
  host: string,
  options: unknown,
  answer: (error: Error | null, address?: string | Answer[], family?: number) => void,
) => void;

export interface Answer {
  address: string;
  family: number;
}

/** `socket.connect` with any of its signatures: https://nodejs.org/api/net.html#socketconnect */
export type Connect = (this: Socket, ...args: unknown[]) => Socket;

/**
 * Reads the arguments of `socket.connect`: options, a path, or a port and a host, then a listener. Node passes all of
 * them as one list. Returns the options, and a function that creates arguments with other options.
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
