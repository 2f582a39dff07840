/**
 * The program that a peer is, as far as its first bytes show. All bytes come from an untrusted peer, so that only a name
 * from this list is passed on.
 */
export type Peer =
  | 'MySQL'
  | 'MariaDB'
  /** Before 10.1.2. */
  | 'an old MariaDB'
  | 'PostgreSQL'
  | 'SQL Server'
  | 'an HTTP server'
  | 'an SSH server'
  | 'a mail or FTP server'
  | 'a Redis server';

/** Number of bytes that {@link peerOf} needs at most. */
export const peerBytes = 256;

/** Beginnings of peers that send text: RFC 9112, section 4; RFC 4253, section 4.2; RFC 5321, section 4.2; RESP. */
const texts: readonly [RegExp, Peer][] = [
  [/^HTTP\/\d/, 'an HTTP server'],
  [/^SSH-\d/, 'an SSH server'],
  [/^220[ -]/, 'a mail or FTP server'],
  [/^-(?:ERR|NOAUTH|DENIED) /, 'a Redis server'],
];

/** Returns the peer that begins so, or undefined if the bytes are too few, or unknown. */
export const peerOf = (first: Buffer): Peer | undefined => {
  const text = first.toString('latin1', 0, 16);
  return (
    texts.find(([beginning]) => beginning.test(text))?.[1] ??
    greeterOf(first) ??
    (isPostgres(first) ? 'PostgreSQL' : isSqlServer(first) ? 'SQL Server' : undefined)
  );
};

/** The error or the request for a password that PostgreSQL sends first: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const isPostgres = (first: Buffer): boolean => {
  if (first.length < 9) return false;
  const length = first.readUInt32BE(1);
  if (first[0] === 0x45) return length < 0x10000 && /^[SV]/.test(first.toString('latin1', 5, 6));
  return first[0] === 0x52 && length >= 8 && length < 0x400 && first.readUInt32BE(5) < 16;
};

/** The answer to PRELOGIN: a tabular result in one packet, the first, whose first option is the version. */
const isSqlServer = (first: Buffer): boolean =>
  first.length > 8 && first[0] === 4 && first[1] === 1 && first[6] === 1 && first[8] === 0;

/**
 * The greeting of MySQL and MariaDB, told apart as the driver of MariaDB does it:
 * https://mariadb.com/docs/server/reference/clientserver-protocol/1-connecting/connection#initial-handshake-packet
 */
const greeterOf = (first: Buffer): Peer | undefined => {
  if (first.length < 5 || first[2] !== 0 || first[3] !== 0 || first[4] !== 10) return undefined;
  const end = first.indexOf(0, 5);
  // the thread, the first part of the seed and a zero are before the capabilities
  const capabilities = end + 1 + 4 + 8 + 1;
  if (end < 0 || first.length < capabilities + 2) return undefined;
  const raw = first.toString('latin1', 5, end);
  const version = raw.replace(/^5\.5\.5-/, '');
  const longPassword = (first.readUInt16LE(capabilities) & 1) !== 0;
  if (version === raw && !raw.includes('MariaDB') && longPassword) return 'MySQL';
  return isSince(version, [10, 1, 2]) ? 'MariaDB' : 'an old MariaDB';
};

const isSince = (version: string, [major, minor, patch]: [number, number, number]): boolean => {
  const numbers = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})/.exec(version)?.slice(1).map(Number) ?? [];
  const [first = 0, second = 0, third = 0] = numbers;
  if (first !== major) return first > major;
  return second === minor ? third >= patch : second > minor;
};
