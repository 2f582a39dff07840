import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/run.ts';

/** Paths of PEM files. */
export interface Certificate {
  certificate: string;
  key: string;
}

export interface CertificateRequest {
  /** The common name, and the files' name. */
  name: string;
  /** As openssl writes it, for example `DNS:localhost,IP:127.0.0.1`. Default: none. */
  san?: string;
  /** Default: both. */
  usage?: 'server' | 'client' | 'both';
  /** Whether it names its own and its issuer's key, as most do. Crossplane's do not. Default: true. */
  keyIdentifiers?: boolean;
  /** Default: an hour ago. */
  notBefore?: Date;
  /** Default: in 30 days. In the past: an expired certificate. */
  notAfter?: Date;
}

export interface Authority {
  /** Path of the authority's own certificate. */
  certificate: string;
  issue: (request: CertificateRequest) => Promise<Certificate>;
}

const DAY = 24 * 3600 * 1000;
const USAGE = { server: 'serverAuth', client: 'clientAuth', both: 'serverAuth,clientAuth' };
// RSA, as MySQL 8.0.15 refuses to speak with an elliptic curve's certificate.
const NEW_KEY = 'req -new -newkey rsa:2048 -nodes -sha256';
const OPENSSL = { install: 'install openssl (Debian: apt-get install openssl)' };

/** A certificate authority for tests in `folder`, which is made when it is not there. Needs openssl ≥ 1.1.1. */
export async function createAuthority(folder: string, name = 'Test authority'): Promise<Authority> {
  await mkdir(folder, { recursive: true });
  const at = (file: string) => join(folder, file);
  const openssl = (command: string, ...args: string[]) =>
    run('openssl', [...command.split(' '), ...args], { cwd: folder, ...OPENSSL });
  await openssl(`${NEW_KEY} -x509 -days 365 -keyout ca.key -out ca.crt`, '-subj', `/CN=${name}`);
  await writeFile(at('index.txt'), '');
  await writeFile(at('index.txt.attr'), 'unique_subject = no\n');
  let issued = 0;

  return {
    certificate: at('ca.crt'),
    async issue({ name, san, usage = 'both', keyIdentifiers = true, notBefore, notAfter }) {
      const file = `${name.replaceAll(/[^a-zA-Z0-9.-]/g, '_')}-${++issued}`;
      const [config, key, request, certificate] = [
        `${file}.cnf`,
        `${file}.key`,
        `${file}.csr`,
        `${file}.crt`,
      ];
      await writeFile(at(config), configuration(USAGE[usage], san, keyIdentifiers));
      await openssl(`${NEW_KEY} -keyout ${key} -out ${request}`, '-subj', `/CN=${name}`);
      await openssl(
        `ca -batch -config ${config} -notext -in ${request} -out ${certificate}`,
        '-startdate',
        stamp(notBefore ?? new Date(Math.min(Date.now(), Number(notAfter ?? Infinity)) - DAY / 24)),
        '-enddate',
        stamp(notAfter ?? new Date(Date.now() + 30 * DAY)),
      );
      return { certificate: at(certificate), key: at(key) };
    },
  };
}

/** What `openssl ca` wants to be told; only it sets both dates in every openssl since 1.1.1. */
function configuration(usage: string, san: string | undefined, keyIdentifiers: boolean): string {
  return `[ca]
default_ca = authority
[authority]
database = index.txt
serial = serial
rand_serial = yes
new_certs_dir = .
certificate = ca.crt
private_key = ca.key
default_md = sha256
policy = policy
x509_extensions = extensions
[policy]
commonName = supplied
[extensions]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = ${usage}
${keyIdentifiers ? 'subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n' : 'subjectKeyIdentifier = none\nauthorityKeyIdentifier = none\n'}${san ? `subjectAltName = ${san}\n` : ''}`;
}

/** As in 20260131235959Z. */
function stamp(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
}
