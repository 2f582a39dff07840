import type { Problem } from '../contract/reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { Needs } from '../servers/server-type.ts';
import { authorityOf } from './authority.ts';
import { credentialsOf, notesOnCredentials } from './credentials.ts';
import { documentOf } from './document.ts';
import type { Pending } from './problem.ts';
import type { SupplyContext } from './supply-context.ts';
import { volumeOf } from './volume.ts';

/** What a Resource has received of everything that it needs. */
export interface Supplies {
  /** Values for the Secret by purpose, encoded. */
  values: Record<string, string>;
  /** Sentences about values of its Secret that are probably wrong. */
  notes: readonly string[];
  /** Its certificate authority, in PEM. */
  ca?: string;
  /** What its type computed from its document. */
  document?: unknown;
}

/** Finds everything that a Resource needs. Asks for all of it before it judges any of it. */
export const suppliesOf = (needs: Needs, context: SupplyContext): Result<Supplies, Problem> | Pending => {
  const { namespace, cluster, settings, allowance } = context;
  const credentials = needs.credentials
    ? credentialsOf(needs.credentials, namespace, cluster, settings, 'credentialsRef', allowance)
    : ok({});
  const ca = needs.ca ? authorityOf(needs.ca, namespace, cluster, allowance) : ok(undefined);
  const volume =
    needs.persistentVolumeClaim === undefined
      ? ok(undefined)
      : volumeOf(needs.persistentVolumeClaim, context);
  const document = needs.document ? documentOf(needs.document, namespace, cluster, allowance) : ok(undefined);
  if (!credentials || !ca || !volume || !document) return undefined;
  if (!credentials.ok) return credentials;
  if (!ca.ok) return ca;
  if (!volume.ok) return volume;
  if (!document.ok) return document;
  return ok({
    values: credentials.value,
    notes: needs.credentials ? notesOnCredentials(needs.credentials, namespace, cluster) : [],
    ...(ca.value !== undefined && { ca: ca.value }),
    ...(document.value !== undefined && { document: document.value }),
  });
};
