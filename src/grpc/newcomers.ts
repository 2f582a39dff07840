import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { Log } from '../process/log.ts';

/** Bounds on connections whose clients have not shown a certificate yet. */
export interface NewcomerLimits {
  /** Most of them at a time. */
  most: number;
  /** Milliseconds within which the handshake must be complete. */
  handshakeMs: number;
  /** New connections per second of one address, and how many of them at once. A handshake takes 1 to 3 ms. */
  perSecond: number;
  burst: number;
}

const defaultLimits: NewcomerLimits = { most: 256, handshakeMs: 10_000, perSecond: 5, burst: 50 };

/** Addresses that are remembered. Above it, the one that was seen first is forgotten. */
const mostAddresses = 1000;
/** Milliseconds between two lines of the log. */
const quietFor = 10_000;

/**
 * Bounds what clients cost before they show a certificate. The oldest connection without one makes room for a new one,
 * so that connections that never say anything do not keep Crossplane out.
 */
export const limitNewcomers = (
  server: Http2Server,
  log: Pick<Log, 'warn'>,
  limits: Partial<NewcomerLimits> = {},
): void => {
  // without TLS the server is for local use
  if (!(server instanceof TlsServer)) return;
  const { most, handshakeMs, perSecond, burst } = { ...defaultLimits, ...limits };
  const mayConnect = rateByAddress(perSecond, burst);
  const newcomers = new Map<string, { socket: Socket; late: NodeJS.Timeout }>();
  let silentUntil = 0;

  const close = (socket: Socket, why: string): void => {
    const from = socket.remoteAddress;
    socket.destroy();
    if (performance.now() < silentUntil) return;
    silentUntil = performance.now() + quietFor;
    log.warn({ from, why }, 'Closed connections of clients that had not shown a certificate');
  };
  const forget = (name: string): void => {
    clearTimeout(newcomers.get(name)?.late);
    newcomers.delete(name);
  };

  // instead of the listeners of the server, because a connection that is closed should not begin a handshake
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket;
    if (!mayConnect(remoteAddress, performance.now()))
      return close(socket, `more than ${perSecond} connections per second`);
    const name = nameOf(socket);
    const late = setTimeout(() => close(socket, `no handshake within ${handshakeMs} ms`), handshakeMs);
    newcomers.set(name, { socket, late: late.unref() });
    socket.once('close', () => forget(name));
    for (const [oldest, newcomer] of newcomers) {
      if (newcomers.size <= most) break;
      forget(oldest);
      close(newcomer.socket, `more than ${most} at a time`);
    }
    for (const listener of listeners) listener.call(server, socket);
  });
  server.on('session', ({ socket }: ServerHttp2Session) => forget(nameOf(socket)));
};

const nameOf = ({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string =>
  `${remoteAddress} ${remotePort}`;

/** Whether an address may connect at a time in milliseconds. */
const rateByAddress = (perSecond: number, burst: number) => {
  const addresses = new Map<string, { left: number; at: number }>();
  return (address: string, now: number): boolean => {
    const before = addresses.get(address) ?? { left: burst, at: now };
    const left = Math.min(burst, before.left + ((now - before.at) / 1000) * perSecond);
    const may = left >= 1;
    addresses.delete(address);
    addresses.set(address, { left: may ? left - 1 : left, at: now });
    for (const oldest of addresses.keys()) {
      if (addresses.size <= mostAddresses) break;
      addresses.delete(oldest);
    }
    return may;
  };
};
