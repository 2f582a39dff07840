/** A connection of mcp-s3 to a service without TLS on this machine, as in its configuration file. */
export const connectionTo = (endpoint: string, fields: object = {}) => ({
  endpoint,
  region: 'us-east-1',
  pathStyle: true,
  bucket: 'shop',
  accessKeyId: 'a',
  secretAccessKey: 'b',
  tls: 'disable',
  addresses: 'any',
  readOnly: true,
  maxGetSize: 1024,
  maxPutSize: 1024,
  connectTimeout: 2,
  requestTimeout: 2,
  ...fields,
});
