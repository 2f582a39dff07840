import type { ProbeReason } from '../../contract/probe-reasons.ts';

/** How the body of an answer is read, by the name that a check gives; undefined: all is well. */
export const judgements: Readonly<Record<string, (body: unknown) => ProbeReason | undefined>> = {
  /** https://docs.opensearch.org/2.19/api-reference/cluster-api/cluster-health/ */
  'cluster-health': (body) => {
    const status = fieldOf(body, 'status');
    if (status === 'red') return 'ClusterRed';
    return status === 'green' || status === 'yellow' ? undefined : 'ProtocolError';
  },
};

const fieldOf = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
