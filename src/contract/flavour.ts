/**
 * How the APIs are offered: as claims of cluster-scoped XRs, or as namespaced XRs without claims.
 * Install exactly one flavour per cluster, because both define the same kinds for tenants.
 */
export const flavours = ['claims', 'namespaced'] as const;
export type Flavour = (typeof flavours)[number];
