import type { RenderedMetadata } from '../contract/kube.ts';
import { labelKeys, managedBy, partOf, tenantOf } from '../contract/names.ts';
import type { ComposeInput } from './input.ts';

type Labelled = Pick<ComposeInput, 'subject' | 'settings' | 'release'>;

/** Labels by which the pods of an Instance are found. Never changed: a Deployment's selector is immutable. */
export const selectorLabels = ({ subject }: Pick<Labelled, 'subject'>): Record<string, string> => ({
  [labelKeys.name]: subject.type.name,
  [labelKeys.instance]: subject.name,
});

/** Labels of a pod template: what changes with a release or an environment stays off it. */
export const podLabels = (input: Labelled): Record<string, string> => ({
  ...selectorLabels(input),
  [labelKeys.component]: 'mcp-server',
  [labelKeys.partOf]: partOf,
  [labelKeys.managedBy]: managedBy,
  [labelKeys.tenant]: tenantOf(input.subject.namespace),
});

/** Labels of every object. */
export const objectLabels = (input: Labelled): Record<string, string> => ({
  ...podLabels(input),
  [labelKeys.version]: input.release.version,
  ...(input.settings.environment && { [labelKeys.environment]: input.settings.environment }),
});

/** Metadata of an object in the tenant's namespace. */
export const metadata = (input: Labelled, name: string): RenderedMetadata => ({
  name,
  namespace: input.subject.namespace,
  labels: objectLabels(input),
});
