import type { ProbeReason } from '../../contract/probe-reasons.ts';

/** Readers of an answer's body, by the name in a check. They return undefined if the server is healthy. */
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
