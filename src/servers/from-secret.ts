import type { JsonObject } from '../contract/kube.ts';
import type { Result } from '../contract/result.ts';

/** Fields of a spec that the Secret of its credentials provides. */
export interface FromSecret {
  /** Keys of the Secret that are needed. */
  keys: readonly string[];
  /**
   * Returns the fields, from the texts of the keys. They are then judged like fields that the tenant wrote. The error
   * names the key and what is wrong, as the end of a sentence, and contains no text of the Secret.
   */
  complete: (texts: Readonly<Record<string, string>>) => Result<JsonObject, string>;
}
