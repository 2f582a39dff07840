import type { Settings } from './settings.ts';

/** What the Resources of one Instance use up together, the oldest first. */
export interface Allowance {
  /** Whether so much more is left, which is then taken. What is taken under one name costs nothing again. */
  take: (what: Shared, amount: number, once?: string) => boolean;
}

/** Bytes of documents, certificates, and bytes of credentials in base64. */
type Shared = 'documents' | 'certificates' | 'credentials';

/** Bytes of credentials that are decoded for one Instance: twice what its Secret can hold. */
const maxCredentialBytes = 2 * 1024 * 1024;

/** A new allowance, for one call. It bounds what is read on behalf of an Instance before any of it is read. */
export const allowanceOf = ({ limits }: Pick<Settings, 'limits'>): Allowance => {
  const left: Record<Shared, number> = {
    documents: limits.documentBytesPerInstance,
    certificates: limits.certificatesPerInstance,
    credentials: maxCredentialBytes,
  };
  const taken: Record<Shared, Set<string>> = {
    documents: new Set(),
    certificates: new Set(),
    credentials: new Set(),
  };
  return {
    take: (what, amount, once) => {
      if (once !== undefined && taken[what].has(once)) return true;
      if (amount > left[what]) return false;
      left[what] -= amount;
      if (once !== undefined) taken[what].add(once);
      return true;
    },
  };
};
