import type { Settings } from './settings.ts';

/** What the Resources of one Instance use up together, the oldest first. */
export interface Allowance {
  /** Whether so much more is left, which is then taken. Equal content, given as its hash, is taken once. */
  take: (what: Shared, amount: number, hash?: () => string) => boolean;
}

/**
 * Characters of documents and of authorities, certificates, bytes of credentials in base64, and characters that are
 * compared and written for what documents declare.
 */
type Shared = 'documents' | 'authorities' | 'certificates' | 'credentials' | 'compared' | 'written';

/** Bytes of credentials that are decoded for one Instance: twice what its Secret can hold. */
const maxCredentialBytes = 2 * 1024 * 1024;

/** Characters that are compared for one Instance, with one document or many: about 0.1 s. */
const maxCompared = 100_000_000;

/** Characters that are written for one Instance at least: twice what its ConfigMap can hold. */
const maxWritten = 2 * 1024 * 1024;

/** A new allowance, for one call. It bounds what is read on behalf of an Instance before any of it is read. */
export const allowanceOf = ({ limits }: Pick<Settings, 'limits'>): Allowance => {
  const left: Record<Shared, number> = {
    documents: limits.documentBytesPerInstance,
    authorities: limits.authorityBytesPerInstance,
    certificates: limits.certificatesPerInstance,
    credentials: maxCredentialBytes,
    compared: maxCompared,
    written: maxWritten,
  };
  /** Hashes of what was taken, by kind and amount. */
  const taken = new Map<string, Set<string>>();
  return {
    take: (what, amount, hash) => {
      const alike = taken.get(`${what} ${amount}`);
      // A hash takes time, and only content of this amount can be equal.
      if (amount > left[what] && !alike) return false;
      const content = hash?.();
      if (content !== undefined && alike?.has(content)) return true;
      if (amount > left[what]) return false;
      left[what] -= amount;
      if (content !== undefined) taken.set(`${what} ${amount}`, (alike ?? new Set()).add(content));
      return true;
    },
  };
};
