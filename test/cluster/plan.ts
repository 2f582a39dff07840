import { join } from 'node:path';

/** Of several clusters that run at once, this process's: `$FUNCTION_MCP_CLUSTER_NUMBER`, from 0 to 9. */
const number = Number(process.env['FUNCTION_MCP_CLUSTER_NUMBER'] ?? 0);
if (!(Number.isInteger(number) && number >= 0 && number <= 9)) {
  throw new Error('FUNCTION_MCP_CLUSTER_NUMBER is a number from 0 to 9');
}

/** Addresses of the cluster: private, and unlikely to be a home's or an office's. */
export const network = {
  /** The wire between this machine and the node, and its two ends. */
  wire: `function-mcp-${number}`,
  host: `10.245.255.${4 * number + 1}`,
  node: `10.245.255.${4 * number + 2}`,
  /** The bridge that pods hang on. */
  gateway: `10.245.${number}.1`,
  pods: `10.245.${number}.0/24`,
  services: `10.97.${number}.0/24`,
  apiService: `10.97.${number}.1`,
};

export const registryAddress = `${network.node}:5000`;
export const apiServerUrl = `https://${network.node}:6443`;
export const nodeName = 'node1';

/** Where everything of a running cluster lies: below `$FUNCTION_MCP_CLUSTER`, else /var/tmp/function-mcp-cluster. */
export const stateFolder = join(
  process.env['FUNCTION_MCP_CLUSTER'] || '/var/tmp/function-mcp-cluster',
  String(number),
);

/** The kubelet's own part of each hierarchy, so that no other kubelet's pods are taken for orphans. */
export const cgroupRoot = `/function-mcp-${number}`;

export const inState = (...path: string[]): string => join(stateFolder, ...path);
