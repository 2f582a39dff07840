/**
 * Path of the page that tells the kubelet whether a sidecar itself serves. It needs no token, and it does not depend on
 * the server, which starts after its sidecars.
 */
export const livePath = '/livez';
