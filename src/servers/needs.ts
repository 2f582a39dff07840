import type { CaRef } from '../schema/resource.ts';
import type { Credential, Needs } from './server-type.ts';

interface SecretRef {
  name: string;
  namespace?: string | undefined;
}

/** The needs of a Resource with credentials and a certificate authority, if its spec has them. */
export const needsOf = <Ref extends SecretRef>(
  { credentialsRef: ref, caRef }: { credentialsRef?: Ref | undefined; caRef?: CaRef | undefined },
  valuesOf: (ref: Ref) => readonly Credential[],
): Needs => ({
  ...(ref && {
    credentials: {
      name: ref.name,
      ...(ref.namespace !== undefined && { namespace: ref.namespace }),
      values: valuesOf(ref),
    },
  }),
  ...(caRef && { ca: caRef }),
});
