import { generateKeyPair, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** Paths of PEM files. */
export interface Certificate {
  certificate: string;
  key: string;
}

export interface CertificateRequest {
  /** The common name, and the name of the files. */
  name: string;
  /** As OpenSSL writes it, DNS names and IP addresses only, for example `DNS:localhost,IP:127.0.0.1`. Default: none. */
  san?: string;
  /** Default: both. */
  usage?: 'server' | 'client' | 'both';
  /**
   * Whether it contains the identifiers of its key and its issuer's key, as most certificates do. Crossplane's do not.
   * Default: true.
   */
  keyIdentifiers?: boolean;
  /** Default: one hour ago. */
  notBefore?: Date;
  /** Default: in 30 days. A time in the past creates an expired certificate. */
  notAfter?: Date;
}

export interface Authority {
  /** Path of the certificate of the authority. */
  certificate: string;
  issue: (request: CertificateRequest) => Promise<Certificate>;
}

const DAY = 24 * 3600 * 1000;
const USAGE = {
  server: { serverAuth: true },
  client: { clientAuth: true },
  both: { serverAuth: true, clientAuth: true },
};

/** Creates a certificate authority for tests in `folder`, which is created if it does not exist. */
export async function createAuthority(folder: string, name = 'Test authority'): Promise<Authority> {
  await mkdir(folder, { recursive: true });
  const at = (file: string) => join(folder, file);
  const own = await keyPair();
  const issuer = [{ name: 'commonName', value: name }];
  const identifier = { name: 'subjectKeyIdentifier' };
  const root = certificateOf(own, issuer, new Date(Date.now() - DAY / 24), new Date(Date.now() + 365 * DAY));
  root.setIssuer(issuer);
  root.setExtensions([{ name: 'basicConstraints', cA: true, critical: true }, identifier]);
  root.sign(own.privateKey, forge.md.sha256.create());
  const certificate = at('ca.crt');
  await writeFile(certificate, forge.pki.certificateToPem(root));
  const byKey = {
    name: 'authorityKeyIdentifier',
    keyIdentifier: root.generateSubjectKeyIdentifier().getBytes(),
  };
  let issued = 0;

  return {
    certificate,
    async issue({ name: subject, san, usage = 'both', keyIdentifiers = true, notBefore, notAfter }) {
      const file = `${subject.replaceAll(/[^a-zA-Z0-9.-]/g, '_')}-${++issued}`;
      const pair = await keyPair();
      const leaf = certificateOf(
        pair,
        [{ name: 'commonName', value: subject }],
        notBefore ?? new Date(Math.min(Date.now(), Number(notAfter ?? Infinity)) - DAY / 24),
        notAfter ?? new Date(Date.now() + 30 * DAY),
      );
      leaf.setIssuer(issuer);
      leaf.setExtensions([
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', ...USAGE[usage] },
        ...(keyIdentifiers ? [identifier, byKey] : []),
        ...(san ? [{ name: 'subjectAltName', altNames: san.split(',').map(altName) }] : []),
      ]);
      leaf.sign(own.privateKey, forge.md.sha256.create());
      const [path, key] = [at(`${file}.crt`), at(`${file}.key`)];
      await writeFile(path, forge.pki.certificateToPem(leaf));
      await writeFile(key, pair.pem, { mode: 0o600 });
      return { certificate: path, key };
    },
  };
}

interface KeyPair {
  privateKey: forge.pki.rsa.PrivateKey;
  publicKey: forge.pki.rsa.PublicKey;
  /** The private key in PKCS #8. */
  pem: string;
}

const generate = promisify(generateKeyPair);

/** RSA, because MySQL 8.0.15 does not support certificates with elliptic curves. */
async function keyPair(): Promise<KeyPair> {
  const { privateKey, publicKey } = await generate('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    privateKey: forge.pki.privateKeyFromPem(privateKey),
    publicKey: forge.pki.publicKeyFromPem(publicKey),
    pem: privateKey,
  };
}

function certificateOf(
  { publicKey }: KeyPair,
  subject: forge.pki.CertificateField[],
  notBefore: Date,
  notAfter: Date,
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // Positive, whatever the first random bit is.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity = { notBefore, notAfter };
  certificate.setSubject(subject);
  return certificate;
}

/** One `DNS:name` or `IP:address`. */
function altName(text: string): object {
  const [, kind, value] = /^(DNS|IP):(.+)$/.exec(text) ?? [];
  if (kind === undefined) throw new Error(`expected DNS:name or IP:address, got ${text}`);
  return kind === 'DNS' ? { type: 2, value } : { type: 7, ip: value };
}
