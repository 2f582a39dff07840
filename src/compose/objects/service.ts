import type { Service } from 'kubernetes-types/core/v1.d.ts';
import type { Rendered } from '../../contract/kube.ts';
import { objectNames } from '../../contract/names.ts';
import type { ComposeInput } from '../input.ts';
import { metadata, selectorLabels } from '../labels.ts';
import type { Listener } from '../listeners.ts';

/** The name under which clients reach the server. */
export const service = (input: ComposeInput, clients: Listener): Rendered<Service> => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(input, objectNames(input.subject.name).service),
  spec: {
    type: 'ClusterIP',
    selector: selectorLabels(input),
    ports: [
      {
        name: 'http',
        port: clients.port,
        targetPort: 'http',
        protocol: 'TCP',
        appProtocol: 'http',
      },
    ],
  },
});
