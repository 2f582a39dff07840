import { InvalidArgumentError } from 'commander';

/** Parsers for command line options that several commands share. They throw an InvalidArgumentError. */

/** `host:port` to listen on. */
export const listenAddress = (text: string): { host: string; port: number } => {
  const { host, port } =
    /^(?<host>\[[0-9a-fA-F:.]+\]|[^\s:[\]/]+):(?<port>[0-9]{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535)
    throw new InvalidArgumentError('Expected host:port, such as 0.0.0.0:8080.');
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
};

/** The origin of a server that speaks HTTP. */
export const httpOrigin = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' || url.href !== `${url.origin}/`)
    throw new InvalidArgumentError('Expected http://host:port.');
  return url;
};

/** A path on a server. */
export const urlPath = (text: string): string => {
  if (!/^\/[-A-Za-z0-9._~/]*$/.test(text)) throw new InvalidArgumentError('Expected a path, such as /mcp.');
  return text;
};
