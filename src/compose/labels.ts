import type { RenderedMetadata } from '../contract/kube.ts';
import { components, labelKeys, managedBy, partOf, tenantOf } from '../contract/names.ts';
import type { ComposeInput } from './input.ts';

type Labelled = Pick<ComposeInput, 'subject' | 'settings' | 'release'>;

/** Which pods of an Instance. The probe has a separate name, so that no Service or policy of the server selects it. */
type Component = keyof typeof components;

/** Labels that select the pods of an Instance. They must never change, because a Deployment's selector is immutable. */
export const selectorLabels = (
  { subject }: Pick<Labelled, 'subject'>,
  component: Component = 'server',
): Record<string, string> => ({
  [labelKeys.name]: component === 'server' ? subject.type.name : `${subject.type.name}-probe`,
  [labelKeys.instance]: subject.name,
});

/** Labels of a pod template. They must not contain anything that changes with a release or an environment. */
export const podLabels = (input: Labelled, component: Component = 'server'): Record<string, string> => ({
  ...selectorLabels(input, component),
  [labelKeys.component]: components[component],
  [labelKeys.partOf]: partOf,
  [labelKeys.managedBy]: managedBy,
  [labelKeys.tenant]: tenantOf(input.subject.namespace),
});

/** Labels of every object. */
const objectLabels = (input: Labelled, component: Component = 'server'): Record<string, string> => ({
  ...podLabels(input, component),
  [labelKeys.version]: input.release.version,
  ...(input.settings.environment && { [labelKeys.environment]: input.settings.environment }),
});

/** Metadata of an object in the tenant's namespace. */
export const metadata = (
  input: Labelled,
  name: string,
  component: Component = 'server',
): RenderedMetadata => ({
  name,
  namespace: input.subject.namespace,
  labels: objectLabels(input, component),
});
