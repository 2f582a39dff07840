import type { ResourcePhase } from './phase.ts';

/**
 * Every verdict of the probe, with its sentence: the whole of what it may write about a Resource. No text
 * of a server's reply and no secret ever stands in a message; people and alerts match on the reasons.
 */
export const probeReasons = {
  Connected: { phase: 'Connected', message: 'The server answers, and the credentials work.' },
  SlowAnswer: {
    phase: 'Degraded',
    message: 'The server answers, but slowly: more than half of the query timeout.',
  },
  NotReadOnly: {
    phase: 'Degraded',
    message:
      'The credentials can write although this Resource is read-only: give the user the right to read only.',
  },
  NoDriver: {
    phase: 'Degraded',
    message: 'The port is open; there is no driver for this type, so log-in and queries are not checked.',
  },
  NotCheckable: {
    phase: 'Degraded',
    message: 'It is a file in a volume of the server: nothing outside the server can check it.',
  },
  ClusterRed: {
    phase: 'Degraded',
    message: 'The server answers, and says that some of its data is not available.',
  },
  RateLimited: {
    phase: 'Degraded',
    message: 'The server answers, and takes no more requests with these credentials for now.',
  },
  DNSFailed: {
    phase: 'Failed',
    message: 'The host does not resolve: correct it in the spec, or the DNS of the cluster.',
  },
  AddressNotAllowed: {
    phase: 'Failed',
    message:
      'The host resolves to an address that the platform does not let tenants reach: name another host, or have it listed in reach.allowedHosts.',
  },
  ConnectionRefused: {
    phase: 'Failed',
    message: 'The host refuses connections on this port: correct it in the spec, or start the server.',
  },
  ConnectionReset: { phase: 'Failed', message: 'The server closed the connection before it answered.' },
  Unreachable: {
    phase: 'Failed',
    message: 'There is no route to the host: look at networks, firewalls and NetworkPolicies.',
  },
  ConnectTimeout: {
    phase: 'Failed',
    message: 'The host does not answer on this port: look at firewalls and NetworkPolicies.',
  },
  TLSNotOffered: { phase: 'Failed', message: 'The server does not offer TLS, which the spec asks for.' },
  TLSRequired: {
    phase: 'Failed',
    message: 'The server refuses this client without TLS: have the spec ask for TLS (sslMode, or https://).',
  },
  TLSUntrusted: {
    phase: 'Failed',
    message: 'The certificate is not signed by an authority that is trusted: correct spec.caRef.',
  },
  TLSExpired: { phase: 'Failed', message: 'The certificate of the server has expired, or is not valid yet.' },
  TLSNameMismatch: {
    phase: 'Failed',
    message: 'The certificate is for another name than the host in the spec.',
  },
  TLSFailed: { phase: 'Failed', message: 'The TLS handshake failed.' },
  AuthFailed: {
    phase: 'Failed',
    message: 'The server refuses the credentials: correct the Secret, or the user in the server.',
  },
  NotAllowed: {
    phase: 'Failed',
    message:
      'The access rules of the server do not let this user in from here: look at pg_hba.conf, the host of the account, or the firewall rules of the service.',
  },
  HostBlocked: {
    phase: 'Failed',
    message:
      'The server has blocked this client after too many failed connections: run FLUSH HOSTS there once the cause is gone.',
  },
  LoginFailed: {
    phase: 'Failed',
    message: 'The server answers, but the log-in cannot be completed: the log of the server says why.',
  },
  PermissionDenied: {
    phase: 'Failed',
    message:
      'The credentials are right, but may not use what this Resource names; some servers say the same where there is none of this name. Grant them the right to, or correct the spec.',
  },
  DatabaseNotFound: {
    phase: 'Failed',
    message: 'The server has no database of this name: correct spec.database.',
  },
  BucketNotFound: {
    phase: 'Failed',
    message: 'The server has no bucket of this name: correct spec.bucket.',
  },
  WrongRegion: {
    phase: 'Failed',
    message: 'The bucket, or the server, is in another region: correct spec.region.',
  },
  CredentialsExpired: {
    phase: 'Failed',
    message: 'The credentials were temporary, and have expired: put new ones into the Secret.',
  },
  ClockSkew: {
    phase: 'Failed',
    message:
      'The server refuses the signature for its time: the clocks of this cluster and of the server are too far apart.',
  },
  NotFound: {
    phase: 'Failed',
    message: 'The server answers that it has nothing of this name: correct the spec.',
  },
  Redirected: {
    phase: 'Failed',
    message: 'The server sends its clients elsewhere, where no check follows: name that place in the spec.',
  },
  RequestRefused: {
    phase: 'Failed',
    message:
      'The server refuses what it is asked (an HTTP status of 4xx): is it of this type, and its address right?',
  },
  ServerError: {
    phase: 'Failed',
    message: 'The server answers with an error of its own (an HTTP status of 5xx); its log says why.',
  },
  Unavailable: {
    phase: 'Failed',
    message:
      'The server says that it is not available (an HTTP status of 502 to 504): it is starting, overloaded, or behind a gateway that does not reach it.',
  },
  TooManyConnections: { phase: 'Failed', message: 'The server takes no more connections.' },
  ServerStarting: { phase: 'Failed', message: 'The server is starting up or shutting down.' },
  QueryFailed: { phase: 'Failed', message: 'Log-in works, but a simple query fails.' },
  Timeout: { phase: 'Failed', message: 'The server took the connection and then did not answer in time.' },
  ProtocolError: {
    phase: 'Failed',
    message: 'What answers on this port does not speak the protocol of this type.',
  },
  CredentialsNotMounted: { phase: 'Failed', message: 'The credentials have not reached the probe yet.' },
  InternalError: {
    phase: 'Failed',
    message: 'The check itself failed; the log of the probe names the error.',
  },
} as const satisfies Record<string, { phase: ResourcePhase; message: string }>;

export type ProbeReason = keyof typeof probeReasons;
