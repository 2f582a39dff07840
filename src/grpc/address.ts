import { StartError } from '../process/start-error.ts';

const ADDRESS = /^(?<host>\[[0-9a-fA-F:.%\w]+\]|[^\s:[\]/]*):(?<port>\d{1,5})$/;

/**
 * What to listen on for an address such as `0.0.0.0:9443`, `[::]:9443`, `localhost:0` or, as Go writes every
 * interface, `:9443`: to be tried in this order.
 *
 * @throws StartError if it is none
 */
export function listenOn(address: string): string[] {
  const { host, port } = ADDRESS.exec(address)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535) {
    throw new StartError(
      `cannot listen on "${address}": an address is host:port or :port, such as 0.0.0.0:9443`,
    );
  }
  // Both families where there are both, IPv4 where there is no IPv6.
  return host === '' ? [`[::]:${port}`, `0.0.0.0:${port}`] : [address];
}
