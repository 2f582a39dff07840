import { shortHash } from './hash.ts';

/** Folder in a server's pod where the init container writes what the server reads. */
export const configDir = '/etc/mcp';

/** Data key and file name of a certificate authority, from its PEM. */
export const caFile = (pem: string): string => `ca-${shortHash(pem)}.pem`;
