/**
 * Path of the page that tells the kubelet whether a sidecar itself serves. It needs no token, and it does not depend on
 * the server, which starts after its sidecars.
 */
export const livePath = '/livez';

/** Path of the event stream that the bridge serves. */
export const ssePath = '/sse';

/** Number of ports next to the port of an Instance that its pod may use: of the guard and the server behind a bridge. */
export const portsBeside = 2;
