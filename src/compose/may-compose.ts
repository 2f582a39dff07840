import type { ComposeInput } from './input.ts';

/**
 * Whether a kind that needs rights may be composed. While the platform says nothing, what exists is
 * returned again: leaving it out would delete it.
 */
export const mayCompose = (
  { observed }: Pick<ComposeInput, 'observed'>,
  setting: boolean | undefined,
  key: string,
): boolean => setting ?? observed[key] !== undefined;
