/** Names of headers that are also valid names of arguments for every MCP client. */
export const headerName = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Headers that control the connection, or the sender, destination or effect of a request. Callers of a tool must not set
 * them, because APIs and their proxies trust them. The names are in lower case. A final `*` stands for the rest of the
 * name.
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

/** Groups names with a common end. The cost of a rule on the API server depends on the length of its expression. */
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
 * The same headers as a regular expression for names in lower case, in the syntax of RE2. Servers that pass headers as
 * variables (CGI, WSGI, PHP) do not distinguish "_" and "-".
 */
export const reservedHeader = new RegExp(`^(x[_-](${anyOf(withX)})|${anyOf(withoutX)})$`);

/** Whether callers must not set a header. The case of the name is ignored. */
export const isReservedHeader = (name: string): boolean => reservedHeader.test(name.toLowerCase());
