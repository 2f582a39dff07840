import { everythingAllowed, withSettings, withSpec } from '../../support/world.ts';
import { type Case, table } from './cases.ts';

const cases: Case[] = [
  {
    reason: 'server-sent events come from a bridge',
    args: (world) => withSpec(world, { transport: 'sse' }),
    want: 'sse',
  },
  {
    reason: 'a bridge on the last port leaves another one to the server',
    args: (world) => withSpec(world, { transport: 'sse', port: 65535 }),
    want: 'sse-last-port',
  },
  {
    reason: 'standard input needs no Service and no port',
    args: (world) => withSpec(world, { transport: 'stdio' }),
    want: 'stdio',
  },
  { reason: 'another port', args: (world) => withSpec(world, { port: 9000 }), want: 'port' },
  { reason: 'no replicas', args: (world) => withSpec(world, { replicas: 0 }), want: 'no-replicas' },
  {
    reason: 'two replicas have a budget for disruptions',
    args: (world) => withSpec(world, { replicas: 2 }),
    want: 'two-replicas',
  },
  {
    reason: 'databaseSelector is another name of resourceSelector',
    args: (world) =>
      withSpec(world, { resourceSelector: undefined, databaseSelector: { matchLabels: { team: 'sales' } } }),
    want: 'database-selector',
  },
  {
    reason: 'not both of them',
    args: (world) => withSpec(world, { databaseSelector: { matchNames: ['shop'] } }),
    want: 'both-selectors',
  },
  {
    reason: 'names and labels must both hold',
    args: (world) =>
      withSpec(world, {
        resourceSelector: { matchLabels: { team: 'sales' }, matchNames: ['shop', 'nobody'] },
      }),
    want: 'match-names',
  },
  {
    reason: 'without a selector every Database of the namespace is served',
    args: (world) => withSpec(world, { resourceSelector: undefined }),
    want: 'no-selector',
  },
  {
    reason: 'an image of the own repository is allowed',
    args: (world) => withSpec(world, { image: 'bytebase/dbhub:1.5.0' }),
    want: 'image',
  },
  {
    reason: 'an image of another repository is refused, and nothing changes',
    args: (world) => withSpec(world, { image: 'evil.example/dbhub:1.4.0' }),
    want: 'image-not-allowed',
  },
  {
    reason: 'an image that the platform lists is allowed',
    args: (world) =>
      withSettings(withSpec(world, { image: 'ghcr.io/acme/dbhub:1' }), {
        ...everythingAllowed,
        allowedImages: { dbhub: ['ghcr.io/acme/*'] },
      }),
    want: 'image-listed',
  },
  {
    reason: 'a service account that the platform does not list is refused',
    args: (world) => withSpec(world, { serviceAccountName: 'admin' }),
    want: 'service-account-not-allowed',
  },
  {
    reason: 'a service account that the platform lists takes the place of the own one',
    args: (world) =>
      withSettings(withSpec(world, { serviceAccountName: 'workload' }), {
        ...everythingAllowed,
        allowedServiceAccounts: ['workload'],
      }),
    want: 'service-account',
  },
  {
    reason: 'tolerations are refused unless the platform allows them',
    args: (world) => withSpec(world, { tolerations: [{ operator: 'Exists' }] }),
    want: 'tolerations-not-allowed',
  },
  {
    reason: 'tolerations where the platform allows them',
    args: (world) =>
      withSettings(withSpec(world, { tolerations: [{ operator: 'Exists' }] }), {
        ...everythingAllowed,
        tolerations: { allowed: true },
      }),
    want: 'tolerations',
  },
  {
    reason: 'more replicas than the platform allows are refused',
    args: (world) => withSettings(withSpec(world, { replicas: 4 }), { limits: { replicasPerInstance: 3 } }),
    want: 'replicas-not-allowed',
  },
  {
    reason: 'annotations of the platform are not a tenant’s to set',
    args: (world) => withSpec(world, { podAnnotations: { 'tas.io/config-revision': '9' } }),
    want: 'reserved-annotation',
  },
  {
    reason: 'other annotations and everything about scheduling reach the pods',
    args: (world) =>
      withSpec(
        withSettings(world, {
          ...everythingAllowed,
          allowedPriorityClasses: ['imp*'],
          allowedPodAnnotations: ['example.com/*'],
        }),
        {
          podAnnotations: { 'example.com/b': 'two', 'example.com/a': 'one' },
          nodeSelector: { disk: 'ssd' },
          affinity: {
            podAntiAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 1, podAffinityTerm: { topologyKey: 'topology.kubernetes.io/zone' } },
              ],
            },
          },
          priorityClassName: 'important',
          imagePullPolicy: 'Always',
          imagePullSecrets: [{ name: 'registry' }],
          resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } },
        },
      ),
    want: 'scheduling',
  },
  {
    reason: 'a priority class is the platform’s to give',
    args: (world) =>
      withSettings(withSpec(world, { priorityClassName: 'critical' }), { allowedPriorityClasses: ['low-*'] }),
    want: 'priority-class-not-allowed',
  },
  {
    reason: 'so is each key of an annotation',
    args: (world) =>
      withSettings(
        withSpec(world, {
          podAnnotations: {
            'example.com/a': 'one',
            'iam.amazonaws.com/role': 'admin',
            'sidecar.istio.io/inject': 'false',
          },
        }),
        { allowedPodAnnotations: ['example.com/*'] },
      ),
    want: 'annotation-not-allowed',
  },
  {
    reason: 'a string that a server would interpolate is refused',
    args: (world) => withSpec(world, { podAnnotations: { 'example.com/a': '{{ secrets }}' } }),
    want: 'hostile-annotation',
  },
  {
    reason: 'namespaces that may reach the server',
    args: (world) => withSpec(world, { networkPolicy: { allowedNamespaces: ['agents', 'agents', 'a2'] } }),
    want: 'allowed-namespaces',
  },
  {
    reason: 'a policy changes the effective limits of every Database',
    args: (world) =>
      withSpec(world, {
        defaultPolicy: { readOnly: false, maxRows: 50, allowedOperations: ['execute_sql', 'health_check'] },
      }),
    want: 'policy',
  },
  {
    reason: 'how often the probe looks',
    args: (world) => withSpec(world, { probe: { interval: '90s' } }),
    want: 'probe-interval',
  },
  {
    reason: 'a spec that does not parse changes nothing, and every field that is wrong is named',
    args: (world) =>
      withSpec(world, { replicas: -1, port: 'http', transport: 'grpc', defaultPolicy: { maxRows: 0 } }),
    want: 'invalid',
  },
];

table('spec', cases);

table(
  'spec',
  [
    {
      reason: 'labels that Crossplane does not copy from claims would select nothing',
      args: (world) =>
        withSpec(world, { resourceSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'shop' } } }),
      want: 'lost-label',
    },
  ],
  { flavours: ['claims'] },
);
