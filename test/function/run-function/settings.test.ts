import type { JsonObject } from '../../../src/contract/kube.ts';
import { handler } from '../../support/handler.ts';
import { everythingAllowed, withoutSettings, withSettings, withSpec } from '../../support/world.ts';
import { type Case, table } from './cases.ts';

const compose = everythingAllowed['compose'] as JsonObject;

const cases: Case[] = [
  {
    reason: 'when the settings go away what they allowed stays, and nothing else changes',
    args: (world) => withoutSettings(world),
    want: 'removed',
  },
  {
    reason: 'settings that allow nothing and forbid nothing keep what exists, and say what they leave open',
    args: (world) => withSettings(world, {}),
    want: 'empty',
  },
  {
    reason: 'settings without data are as good as empty',
    args: (world) => withSettings(world, null),
    want: 'empty',
  },
  {
    reason: 'only an explicit false takes the optional objects away',
    args: (world) =>
      withSettings(world, {
        compose: { networkPolicies: false, podDisruptionBudgets: false, probes: false },
      }),
    want: 'forbidden',
  },
  {
    reason: 'each kind is forbidden separately',
    args: (world) => withSettings(world, { compose: { ...compose, networkPolicies: false } }),
    want: 'network-policies-forbidden',
  },
  {
    reason: 'what a tenant switches off goes, whatever the platform allows',
    args: (world) =>
      withSpec(world, {
        networkPolicy: { enabled: false },
        podDisruptionBudget: { enabled: false },
        probe: { enabled: false },
      }),
    want: 'switched-off',
  },
  {
    reason: 'a setting that is misspelt is fatal and named',
    args: (world) => withSettings(world, { ...everythingAllowed, alowedImages: {} }),
    want: 'unknown-key',
  },
  {
    reason: 'a setting of the wrong type is fatal and named',
    args: (world) => withSettings(world, { limits: { resourcesPerInstance: 'many' }, ttl: { steady: '1d' } }),
    want: 'wrong-type',
  },
  {
    reason: 'data that is no map is fatal',
    args: (world) => withSettings(world, 'all of it'),
    want: 'no-map',
  },
  {
    reason: 'an Input that does not parse is fatal and named',
    args: (world) => ({
      ...world,
      input: { apiVersion: 'mcp.tas.io/v1beta1', kind: 'Input', ttl: { steady: 60 } },
    }),
    want: 'input-invalid',
  },
  {
    reason: 'what guards something cannot be set by the Input, as tenants choose their Composition',
    args: (world) => ({ ...world, input: { allowedServiceAccounts: ['admin'] } }),
    want: 'input-guard',
  },
  {
    reason: 'the Input sets defaults',
    args: (world) => ({
      ...world,
      input: { environment: 'staging', ttl: { steady: '2m' }, probe: { interval: '10m' } },
    }),
    want: 'input',
  },
  {
    reason: 'the EnvironmentConfig overrides the Input',
    args: (world) =>
      withSettings(
        { ...world, input: { environment: 'staging', ttl: { steady: '2m' }, probe: { interval: '10m' } } },
        {
          ...everythingAllowed,
          environment: 'production',
          ttl: { steady: '90s' },
          probe: { interval: '1m' },
        },
      ),
    want: 'environment',
  },
  {
    reason: 'the images of the platform are those that run',
    args: (world) =>
      withSettings(world, {
        ...everythingAllowed,
        images: {
          renderer: 'mirror.example/function-mcp:1',
          servers: { dbhub: 'mirror.example/dbhub:1.4.0' },
        },
      }),
    want: 'images',
  },
  {
    reason: 'addresses that the platform excepts are out of reach for the pods',
    args: (world) =>
      withSettings(world, {
        ...everythingAllowed,
        reach: { allowedHosts: ['*.example.com'], exceptCidrs: ['10.96.0.1/32', '10.0.0.0/28'] },
      }),
    want: 'reach',
  },
  {
    reason: 'a new version of the function changes labels, and neither a pod template nor readiness',
    args: (world) => world,
    run: handler({ version: '9.9.9' }),
    want: 'new-release',
  },
];

table('settings', cases, { spec: { replicas: 2 } });
