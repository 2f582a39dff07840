import { constants, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import type { Log } from '../process/log.ts';
import { StartError } from '../process/start-error.ts';
import { refusalOf } from './client-certificate.ts';

/** The files of a certificate folder, as Crossplane mounts them. */
const FILES = ['tls.crt', 'tls.key', 'ca.crt'] as const;
type Files = Record<(typeof FILES)[number], Buffer>;

/** Certificates that fit together. */
interface Certificates {
  files: Files;
  /** The certificates of `ca.crt`. */
  authorities: X509Certificate[];
  /** When the server's own certificate ends. */
  expires: Date;
}

const HANDSHAKE_MS = 10_000;

/**
 * Credentials that ask every client for a certificate, and whose own can be replaced while they serve. OpenSSL
 * alone cannot judge Crossplane's certificates, so the handshake lets every client in, and each connection is
 * held against {@link refusalOf} before a byte of it is read.
 */
class MutualTls extends ServerCredentials {
  constructor(files: Files) {
    super(
      { requestCert: true, rejectUnauthorized: false, handshakeTimeout: HANDSHAKE_MS },
      contextOptions(files),
    );
  }

  /** Serves connections from now on with other certificates; those that are open stay as they are. */
  replace(files: Files): void {
    this.updateSecureContextOptions(contextOptions(files));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

function contextOptions(files: Files): SecureContextOptions {
  return {
    cert: files['tls.crt'],
    key: files['tls.key'],
    ca: files['ca.crt'],
    minVersion: 'TLSv1.2',
    // A resumed session would not be checked against a CA that has since been replaced.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}

/** Credentials from a folder, which is read again every `pollMs`; `close` ends that. */
export interface WatchedCredentials {
  credentials: ServerCredentials;
  /** Why a connected client must be turned away; undefined if it may go on. */
  refuse: (socket: TLSSocket) => string | undefined;
  close: () => void;
}

/**
 * Serves with the certificates in `directory`: `tls.crt`, `tls.key`, and the `ca.crt` that clients must chain to.
 * Files are compared rather than watched: Kubernetes swaps a symbolic link, and not every file system reports that.
 * Files that do not fit together keep the earlier ones in use.
 *
 * @throws StartError if the files are not there or do not fit together
 */
export async function watchCertificates(
  directory: string,
  pollMs: number,
  log: Log,
): Promise<WatchedCredentials> {
  const first = await readCertificates(directory);
  if ('problem' in first) throw new StartError(`no usable certificates in ${directory}: ${first.problem}`);
  warnIfExpired(first, directory, log);
  const credentials = new MutualTls(first.files);
  let serving = first;
  let reported = '';
  let reading = false;

  const poll = async (): Promise<void> => {
    const read = await readCertificates(directory);
    if ('problem' in read) {
      if (read.problem !== reported) {
        log.error(
          { directory, problem: read.problem },
          'Rotated certificates are not usable, keeping the earlier ones',
        );
      }
      reported = read.problem;
      return;
    }
    reported = '';
    if (FILES.every((file) => read.files[file].equals(serving.files[file]))) return;
    credentials.replace(read.files);
    serving = read;
    log.info({ directory, expires: read.expires.toISOString() }, 'Certificates rotated');
    warnIfExpired(read, directory, log);
  };
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    void poll().finally(() => {
      reading = false;
    });
  }, pollMs);
  timer.unref();
  return {
    credentials,
    refuse: (socket) => refusalOf(socket, serving.authorities),
    close: () => clearInterval(timer),
  };
}

function warnIfExpired({ expires }: Certificates, directory: string, log: Log): void {
  if (expires.getTime() < Date.now()) {
    log.warn(
      { directory, expired: expires.toISOString() },
      'The server certificate has expired: clients will refuse it',
    );
  }
}

/** Reads and checks the files; what is wrong with them is named, their content never. */
async function readCertificates(directory: string): Promise<Certificates | { problem: string }> {
  const contents = await Promise.all(FILES.map((file) => readOne(join(directory, file))));
  const problems = FILES.flatMap((file, index) => {
    const content = contents[index];
    return typeof content === 'string' ? [`${file} ${content}`] : [];
  });
  if (problems.length > 0) return { problem: problems.join(', ') };
  const [cert, key, ca] = contents as [Buffer, Buffer, Buffer];
  const files: Files = { 'tls.crt': cert, 'tls.key': key, 'ca.crt': ca };
  const chain = parseCertificates(cert);
  const own = chain?.[0];
  if (own === undefined) return { problem: 'tls.crt is not a PEM certificate' };
  const authorities = parseCertificates(ca);
  if (authorities === undefined) return { problem: 'ca.crt is not a PEM certificate' };
  const privateKey = parseKey(key);
  if (privateKey === undefined) return { problem: 'tls.key is not an unencrypted PEM private key' };
  if (!own.checkPrivateKey(privateKey)) return { problem: 'tls.key does not belong to tls.crt' };
  return { files, authorities, expires: own.validToDate };
}

/** A file's content, or what is wrong with it. */
async function readOne(path: string): Promise<Buffer | string> {
  try {
    const content = await readFile(path);
    return content.length === 0 ? 'is empty' : content;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'is missing' : `cannot be read (${code ?? 'unknown'})`;
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM file; undefined if there is none or one of them is broken. */
function parseCertificates(pem: Buffer): X509Certificate[] | undefined {
  const text = pem.toString('latin1');
  const blocks = text.match(PEM);
  if (blocks === null || blocks.length !== text.split('-----BEGIN ').length - 1) return undefined;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

function parseKey(pem: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
