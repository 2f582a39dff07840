import type { JsonObject } from '../contract/kube.ts';
import { stringAt } from '../contract/observed.ts';

/** A revision as it was written on an object; what is not one reads as absent. */
export const readRevision = (text: string | undefined): number | undefined =>
  text !== undefined && /^[0-9]{1,12}$/.test(text) ? Number(text) : undefined;

/** The revision that the pods of an observed Deployment were made for. */
export const templateRevision = (
  deployment: JsonObject | undefined,
  annotation: string,
): number | undefined =>
  readRevision(stringAt(deployment, 'spec', 'template', 'metadata', 'annotations', annotation));

/**
 * The revision of an object whose content may have changed: the highest that is known, and one more if it
 * has. It only ever grows, although any subset of the objects may have been applied before.
 */
export const nextRevision = (known: readonly (number | undefined)[], changed: boolean): number =>
  Math.max(0, ...known.map((revision) => revision ?? 0)) + (changed ? 1 : 0);

/** Whether an observed object lacks one of our data keys or holds another value. Foreign keys do not count. */
export const dataDiffers = (
  observed: JsonObject | undefined,
  data: Readonly<Record<string, string>>,
): boolean => Object.entries(data).some(([key, value]) => stringAt(observed, 'data', key) !== value);
