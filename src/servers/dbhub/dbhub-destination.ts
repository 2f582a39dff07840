import type { Destination } from '../server-type.ts';
import { type DatabaseSpec, defaultPorts } from './dbhub-resource.ts';

/**
 * Where a Database is. Azure SQL sends clients on from its gateway:
 * https://learn.microsoft.com/azure/azure-sql/database/connectivity-architecture#connection-policy
 */
export const databaseDestination = ({
  type,
  host,
  port = defaultPorts[type],
}: DatabaseSpec): Destination | undefined => {
  if (host === undefined || port === undefined) return undefined;
  const azure = type === 'sqlserver' && /\.database\.windows\.net\.?$/i.test(host);
  return { host, port, ...(azure && { redirects: { from: 11_000, to: 11_999 } }) };
};
