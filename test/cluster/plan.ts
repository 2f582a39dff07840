import { join } from 'node:path';

/** Addresses of the cluster: private, and unlikely to be a home's or an office's. */
export const network = {
  /** Both ends of the wire between this machine and the node. */
  host: '10.245.255.1',
  node: '10.245.255.2',
  /** The bridge that pods hang on. */
  gateway: '10.245.0.1',
  pods: '10.245.0.0/24',
  services: '10.97.0.0/16',
  apiService: '10.97.0.1',
};

export const registryAddress = `${network.node}:5000`;
export const apiServerUrl = `https://${network.node}:6443`;
export const nodeName = 'node1';

/** Where everything of a running cluster lies; `$FUNCTION_MCP_CLUSTER`, else a folder of its own in /var/tmp. */
export const stateFolder = process.env['FUNCTION_MCP_CLUSTER'] || '/var/tmp/function-mcp-cluster';

export const inState = (...path: string[]): string => join(stateFolder, ...path);
