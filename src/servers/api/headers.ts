/** The name of a header, as far as every client of MCP can write it as the name of an argument too. */
export const headerName = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Headers that steer the connection, or who sends a request, where it goes or what it does. Callers of a tool must
 * not set them: APIs, and the proxies in front of them, trust them to come from elsewhere. In lower case; `*` at the
 * end stands for the rest of the name.
 */
export const reservedHeaders: readonly { why: string; names: readonly string[] }[] = [
  {
    why: 'frames or routes the connection (RFC 9110 and 9112)',
    names: [
      'connection',
      'content-encoding',
      'content-length',
      'content-location',
      'content-type',
      'expect',
      'host',
      'http2-settings',
      'keep-alive',
      'max-forwards',
      'proxy-*',
      'te',
      'trailer',
      'transfer-encoding',
      'upgrade',
      'upgrade-insecure-requests',
      'via',
      'accept-encoding',
      'user-agent',
    ],
  },
  {
    why: 'is the credential, which comes from the Secret alone',
    names: [
      'authorization*',
      'x-authorization*',
      'cookie*',
      'set-cookie*',
      'api-key',
      'apikey',
      'x-api-key',
      'x-apikey',
      'x-access-token*',
      'x-id-token',
      'x-auth-*',
      'x-amz-security-token',
      'private-token',
    ],
  },
  {
    why: 'replaces the method of the request',
    names: ['x-http-method*', 'x-method*', 'http-method*', 'method-override'],
  },
  {
    why: 'replaces the path or the host of the request',
    names: [
      'x-original-*',
      'x-rewrite-*',
      'x-forwarded*',
      'forwarded*',
      'x-host*',
      'x-http-host*',
      'x-http-destinationurl',
      'x-proxy-*',
      'x-envoy-*',
      'x-accel-*',
      'x-sendfile*',
      'destination',
      'x-waws-*',
      'x-script-name',
      'script-name',
      'path-info',
      'request-uri',
      'front-end-https',
      'x-url-scheme',
      'base-url',
    ],
  },
  {
    why: 'names the address of the caller',
    names: [
      'x-real-*',
      'x-client*',
      'client-ip',
      'true-client-*',
      'x-true-client-*',
      'x-cluster-client-*',
      'fastly-*',
      'cf-*',
      'cdn-*',
      'x-azure-*',
      'x-appengine-*',
      'x-remote*',
      'remote-*',
      'x-originating-*',
      'x-coming-*',
    ],
  },
  {
    why: 'names the user, as a proxy does that has logged the user in',
    names: [
      'x-user*',
      'x-email',
      'x-groups',
      'x-roles',
      'user',
      'auth-*',
      'x-webauth-*',
      'webauth-*',
      'x-authenticated*',
      'authenticated-*',
      'x-authentik-*',
      'x-pomerium-*',
      'x-vouch-*',
      'x-goog-*',
      'x-amzn-oidc-*',
      'x-ms-client-principal*',
      'x-ms-token-*',
      'x-consumer-*',
      'x-credential-*',
      'x-anonymous-consumer',
      'x-token-*',
      'x-jwt-*',
      'x-iap-*',
      'oidc-*',
      'x-oidc-*',
      'saml-*',
      'x-saml-*',
      'tailscale-*',
      'impersonate-*',
      'x-impersonate-*',
      'x-sudo*',
      'sudo',
      'on-behalf-of',
      'x-on-behalf-*',
    ],
  },
  {
    why: 'says which client certificate was shown',
    names: ['x-ssl*', 'ssl-*', 'client-cert*', 'x-tls-*', 'x-certificate-*', 'x-arr-*', 'x-istio-*'],
  },
  { why: 'belongs to browsers', names: ['sec-*', 'origin', 'referer', 'access-control-*'] },
];

/** Names with a common end, which stands once: the API server charges a rule for the length of its expression. */
const ending = (all: readonly string[], end: string, others: readonly string[]): string => {
  const stems = all
    .filter((name) => name.endsWith(end) && !others.some((other) => name.endsWith(other)))
    .map((name) => name.slice(0, name.length - end.length).replaceAll('-', '[_-]'));
  return `(${stems.join('|')})${end.replace('-', '[_-]').replace('*', '.*')}`;
};

const anyOf = (all: readonly string[]): string =>
  [ending(all, '-*', []), ending(all, '*', ['-*']), ending(all, '', ['*'])].join('|');

const names = reservedHeaders.flatMap((kind) => kind.names);
const withX = names.filter((name) => name.startsWith('x-')).map((name) => name.slice('x-'.length));
const withoutX = names.filter((name) => !name.startsWith('x-'));

/**
 * The same as a regular expression over names in lower case, in the syntax of RE2. Servers that pass headers as
 * variables (CGI, WSGI, PHP) read "_" and "-" alike.
 */
export const reservedHeader = new RegExp(`^(x[_-](${anyOf(withX)})|${anyOf(withoutX)})$`);

/** Whether a header is not for callers to set, in whatever case it is written. */
export const isReservedHeader = (name: string): boolean => reservedHeader.test(name.toLowerCase());
