import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { connect as open, type Socket } from 'node:net';
import { Failure } from './failure.ts';
import { networkReason } from './network.ts';

/**
 * Connects to the addresses one after the other, and uses the first that answers. After the socket is closed, rejects
 * with the reason or with the signal's reason. Local errors, such as a lack of file descriptors, are rethrown.
 */
export const connect = async (
  host: string,
  addresses: LookupAddress[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> => {
  signal.throwIfAborted();
  const socket = open({
    host,
    port,
    lookup: (_host, _options, found) => found(null, addresses),
    autoSelectFamily: true,
    noDelay: true,
  });
  const stop = () => socket.destroy(signal.reason as Failure);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  signal.addEventListener('abort', stop);
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    socket.destroy();
    await closed;
    const reason = networkReason(error);
    throw reason ? new Failure(reason) : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
};
