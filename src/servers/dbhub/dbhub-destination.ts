import type { Destination } from '../server-type.ts';
import { type DatabaseSpec, defaultPorts } from './dbhub-resource.ts';

/**
 * Services of Azure and Fabric whose gateways redirect clients to the database server:
 * https://learn.microsoft.com/azure/azure-sql/database/connectivity-architecture#connection-policy
 */
const redirects = {
  from: 11_000,
  to: 11_999,
  domains: [
    'database.windows.net',
    'database.chinacloudapi.cn',
    'database.usgovcloudapi.net',
    'sql.azuresynapse.net',
    'sql.azuresynapse.azure.cn',
    'sql.azuresynapse.usgovcloudapi.net',
    'datawarehouse.fabric.microsoft.com',
    'database.fabric.microsoft.com',
  ],
};

/** The host and port of a Database. Undefined for sqlite. */
export const databaseDestination = ({
  type,
  host,
  port = defaultPorts[type],
}: DatabaseSpec): Destination | undefined => {
  if (host === undefined || port === undefined) return undefined;
  const name = host.toLowerCase();
  const sendsOn = type === 'sqlserver' && redirects.domains.some((domain) => name.endsWith(`.${domain}`));
  return { host, port, ...(sendsOn && { redirects }) };
};
