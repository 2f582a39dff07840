import type { ResourcePhase } from './phase.ts';

/**
 * Every result of a check, with its sentence. The probe writes nothing else about a Resource. A message never
 * contains text from a server's reply, or a secret. People and alerts match on the reasons, so they never change.
 */
export const probeReasons = {
  Connected: { phase: 'Connected', message: 'The server answers, and the credentials work.' },
  SlowAnswer: {
    phase: 'Degraded',
    message: 'The server answers, but takes more than half of the query timeout.',
  },
  NotReadOnly: {
    phase: 'Degraded',
    message:
      'The credentials allow writing although this Resource is read-only. Grant the user read access only.',
  },
  UserLimit: {
    phase: 'Degraded',
    message:
      'The credentials are valid, but the user or the database has reached its limit of connections or queries. The probe cannot check queries. The MCP server still answers through connections that it already has. Raise the limit of the user or the database.',
  },
  NoDriver: {
    phase: 'Degraded',
    message:
      'The port is open. Login and queries are not checked, because the probe has no driver for this type.',
  },
  NotCheckable: {
    phase: 'Degraded',
    message:
      'The database is a file in a volume of the server. The probe cannot check it from outside the server.',
  },
  ClusterRed: {
    phase: 'Degraded',
    message: 'The server answers, but reports that some of its data is not available.',
  },
  RateLimited: {
    phase: 'Degraded',
    message: 'The server answers, but refuses further requests with these credentials for now (rate limit).',
  },
  DNSFailed: {
    phase: 'Failed',
    message: 'The host name cannot be resolved. Correct the host in the spec, or the DNS of the cluster.',
  },
  AddressNotAllowed: {
    phase: 'Failed',
    message:
      'The host resolves to an address that the platform does not allow tenants to reach. Use another host, or ask the administrator to list it in reach.allowedHosts.',
  },
  ConnectionRefused: {
    phase: 'Failed',
    message:
      'The host refuses connections on this port. Correct the host or port in the spec, or start the server.',
  },
  ConnectionReset: { phase: 'Failed', message: 'The server closed the connection before it answered.' },
  Unreachable: {
    phase: 'Failed',
    message: 'There is no route to the host. Check networks, firewalls and NetworkPolicies.',
  },
  ConnectTimeout: {
    phase: 'Failed',
    message: 'The host does not answer on this port. Check firewalls and NetworkPolicies.',
  },
  TLSNotOffered: { phase: 'Failed', message: 'The server does not offer TLS, but the spec requires it.' },
  TLSRequired: {
    phase: 'Failed',
    message: 'The server refuses connections without TLS. Enable TLS in the spec (sslMode, or https://).',
  },
  TLSUntrusted: {
    phase: 'Failed',
    message:
      'The certificate of the server is not signed by a trusted certificate authority. Correct spec.caRef.',
  },
  TLSExpired: { phase: 'Failed', message: 'The certificate of the server has expired, or is not yet valid.' },
  TLSNameMismatch: {
    phase: 'Failed',
    message: 'The certificate of the server is not valid for the host in the spec.',
  },
  TLSFailed: { phase: 'Failed', message: 'The TLS handshake failed.' },
  AuthFailed: {
    phase: 'Failed',
    message: 'The server refuses the credentials. Correct the Secret, or the user on the server.',
  },
  NotAllowed: {
    phase: 'Failed',
    message:
      'The access rules of the server do not allow this user to connect from the cluster. Check pg_hba.conf, the host of the account, or the firewall rules of the service.',
  },
  HostBlocked: {
    phase: 'Failed',
    message:
      'The server has blocked this client after too many failed connections. Fix the cause, then run FLUSH HOSTS on the server.',
  },
  LoginFailed: {
    phase: 'Failed',
    message: 'The server answers, but the login fails. See the log of the server.',
  },
  UnsupportedParameter: {
    phase: 'Failed',
    message:
      'The server refuses a start-up parameter. Connection poolers do. Set spec.pooler, or let the pooler ignore the parameter (ignore_startup_parameters in PgBouncer).',
  },
  PermissionDenied: {
    phase: 'Failed',
    message:
      'The credentials are valid, but lack access to what this Resource names. Some servers report the same if it does not exist. Grant access, or correct the spec.',
  },
  DatabaseNotFound: {
    phase: 'Failed',
    message: 'The database does not exist on the server. Correct spec.database.',
  },
  BucketNotFound: {
    phase: 'Failed',
    message: 'The bucket does not exist on the server. Correct spec.bucket.',
  },
  WrongRegion: {
    phase: 'Failed',
    message: 'The bucket or the server is in another region. Correct spec.region.',
  },
  CredentialsExpired: {
    phase: 'Failed',
    message: 'The temporary credentials have expired. Put new credentials into the Secret.',
  },
  ClockSkew: {
    phase: 'Failed',
    message:
      'The server refuses the time of the signature. Synchronize the clocks of the cluster and of the server.',
  },
  NotFound: {
    phase: 'Failed',
    message: 'The server answers that the path or name does not exist. Correct the spec.',
  },
  Redirected: {
    phase: 'Failed',
    message:
      'The server redirects to another address, which the probe does not follow. Name that address in the spec.',
  },
  RequestRefused: {
    phase: 'Failed',
    message: 'The server refuses the request (HTTP status 4xx). Check the type and the address in the spec.',
  },
  ServerError: {
    phase: 'Failed',
    message: 'The server answers with an internal error (HTTP status 5xx). See the log of the server.',
  },
  Unavailable: {
    phase: 'Failed',
    message:
      'The server is not available (HTTP status 502 to 504). It is starting or overloaded, or a gateway cannot reach it.',
  },
  TooManyConnections: { phase: 'Failed', message: 'The server accepts no more connections.' },
  ServerStarting: { phase: 'Failed', message: 'The server is starting up or shutting down.' },
  QueryFailed: { phase: 'Failed', message: 'The login succeeds, but a simple query fails.' },
  Timeout: { phase: 'Failed', message: 'The server accepted the connection, but did not answer in time.' },
  WrongType: {
    phase: 'Failed',
    message:
      'The server is not the product that the type names, and the MCP server cannot query it. Correct the type, host or port in the spec.',
  },
  ProtocolError: {
    phase: 'Failed',
    message:
      'The server on this port does not speak the protocol of this type. Check the type and port in the spec.',
  },
  CredentialsNotMounted: {
    phase: 'Failed',
    message: 'The credentials are not mounted in the pod of the probe yet.',
  },
  InternalError: {
    phase: 'Failed',
    message: 'The check failed with an unexpected error. See the log of the probe.',
  },
} as const satisfies Record<string, { phase: ResourcePhase; message: string }>;

export type ProbeReason = keyof typeof probeReasons;
