import type { ComposeInput } from './input.ts';

/**
 * Whether a kind that needs permissions may be composed. While the platform has not decided, an existing object is
 * returned again, because leaving it out would delete it.
 */
export const mayCompose = (
  { observed }: Pick<ComposeInput, 'observed'>,
  setting: boolean | undefined,
  key: string,
): boolean => setting ?? observed[key] !== undefined;
